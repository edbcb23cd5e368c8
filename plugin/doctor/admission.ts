import { type Resource, secrets, services } from '../../cluster/resource.ts';
import type { Facts, ServingCertificate } from '../../core/doctor/facts.ts';
import type {
  EndpointSlice,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from '../../core/doctor/objects.ts';
import { webhookNames } from '../../core/doctor/webhook/shipped.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { type Result, success } from '../../core/result.ts';
import type { Reading } from './reading.ts';

const group = 'admissionregistration.k8s.io';
const configurations: Resource = {
  ...{ group, version: 'v1' },
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
};
const endpointSlices: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
};
const { namespace, service, secret } = webhookNames;

type Read = Pick<Facts, 'webhooks' | 'certificate' | 'endpoints' | 'admissionPolicies' | 'admissionBindings'>;

/** Reads what the API server asks before it writes, and the webhook's own Service and certificate. */
export async function readAdmission(reading: Reading): Promise<Read> {
  const of = (kind: string) => (served: Resource) => served.group === group && served.kind === kind;
  const [webhooks, certificate, endpoints, admissionPolicies, admissionBindings] = await Promise.all([
    reading.list<ValidatingWebhookConfiguration>(configurations),
    readCertificate(reading),
    readEndpoints(reading),
    // Not served before Kubernetes 1.30.
    reading.listServed<ValidatingAdmissionPolicy>(of('ValidatingAdmissionPolicy')),
    reading.listServed<ValidatingAdmissionPolicyBinding>(of('ValidatingAdmissionPolicyBinding')),
  ]);
  return { webhooks, certificate, endpoints, admissionPolicies, admissionBindings };
}

/** The API gives a Secret as a whole; its key is dropped here. */
async function readCertificate(reading: Reading): Promise<Result<ServingCertificate | undefined>> {
  const read = await reading.get<Secret>(secrets, secret, namespace);
  if (!read.ok) return read;
  const chain = Buffer.from(read.value?.data?.['tls.crt'] ?? '', 'base64').toString('latin1');
  return success(read.value && { chain });
}

async function readEndpoints(reading: Reading): Promise<Facts['endpoints']> {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  const [found, slices] = await Promise.all([
    reading.get(services, service, namespace),
    reading.list<EndpointSlice>(endpointSlices, namespace, { labelSelector }),
  ]);
  if (!found.ok) return found;
  return found.value === undefined ? success(undefined) : slices;
}
