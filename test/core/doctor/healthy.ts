import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { defaultSettings } from '../../../core/admission/settings.ts';
import type { Facts } from '../../../core/doctor/facts.ts';
import { webhookNames } from '../../../core/doctor/webhook/shipped.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { success } from '../../../core/result.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { shippedPolicies } from '../../../plugin/doctor/shipped.ts';
import { createAuthority, generateKey } from '../../control-plane/certificates.ts';
import {
  bundle,
  gatekeeper,
  namespace,
  now,
  operatorDeployment,
  operatorLease,
  webhookConfiguration,
} from '../../doctor/objects.ts';
import { directory } from '../../operator/manifests.ts';
import { node } from '../resources/nodes.ts';

const key = await generateKey();
/** Who signs the webhook's certificate, and somebody else. */
export const [authority, stranger] = [await createAuthority('webhook'), await createAuthority('stranger')];
const host = `${webhookNames.service}.${namespace}.svc`;

/** A serving certificate around `now`, by days from it. */
export async function certificate(from = -30, to = 60, name = host): Promise<string> {
  const day = (days: number) => new Date(Date.parse(now) + days * 86_400_000);
  const validity = { notBefore: day(from), notAfter: day(to) };
  return (await authority.issue({ commonName: 'webhook' }, [name], [], key, validity)).certificate;
}

/** The CRD as the operator ships it, established. */
export function crd(): NonNullable<Extract<Facts['crd'], { ok: true }>['value']> {
  const shipped = load(readFileSync(join(directory, 'crd/sei.io_seinodes.yaml'), 'utf8'));
  return {
    ...(shipped as object),
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  } as never;
}

const { deployment, webhook } = gatekeeper();
const { template, constraint, syncSet } = bundle();
const served = await certificate();

/** A cluster that nothing is wrong with, Gatekeeper and all. */
export const healthy: Facts = {
  now,
  pluginVersion: manifest.version,
  shipped: shippedPolicies(),
  namespace: 'arctic',
  serverVersion: success({ major: '1', minor: '33+', gitVersion: 'v1.33.1-eks' }),
  crd: success(crd()),
  nodes: success([node()]),
  seiNodeDeployments: success([]),
  operators: success([operatorDeployment()]),
  leases: success([operatorLease()]),
  shardLeases: success([]),
  namespaces: success(new Map([['arctic', {}]])),
  webhooks: success([webhookConfiguration(authority.certificate), webhook]),
  certificate: success({ chain: served }),
  endpoints: success([slice(true)]),
  probe: { namespace: 'arctic', answer: { outcome: 'accepted' } },
  gatekeeper: {
    isServed: success(true),
    deployments: success([deployment]),
    templates: success([template]),
    constraints: success([constraint]),
    configs: success([]),
    syncSets: success([syncSet]),
  },
  admissionPolicies: success([policy()]),
  admissionBindings: success([binding('Deny')]),
  enforcement: success({ enforcing: ['cilium'], caveats: [] }),
  outranking: success([]),
  toggles: success([]),
  policySettings: success({
    isThere: true,
    faults: [],
    parameters: defaultParameters,
    admission: defaultSettings,
  }),
  denied: success([]),
};

/** The EndpointSlice of the webhook's Service. */
export function slice(ready: boolean) {
  const metadata = { name: 'webhook-1', namespace };
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata },
    endpoints: [{ conditions: { ready } }],
  };
}

/** A ValidatingAdmissionPolicy of this project. */
export function policy(warning?: string) {
  const expressionWarnings = warning === undefined ? [] : [{ fieldRef: 'spec.validations[0]', warning }];
  return {
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' },
    metadata: { name: 'tls-immutable.seinode.sei.io', namespace: '' },
    status: { typeChecking: { expressionWarnings } },
  };
}

/** A binding of it. */
export function binding(action: string) {
  return {
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' },
    metadata: { name: 'seinode', namespace: '' },
    spec: { policyName: 'tls-immutable.seinode.sei.io', validationActions: [action] },
  };
}
