import { shippedWebhooks, webhookNames } from '../../core/doctor/webhook/shipped.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { shippedPolicies } from '../../plugin/doctor/shipped.ts';

/** A moment that everything here is good at. */
export const now = '2026-06-01T00:00:00Z';
export const namespace: string = webhookNames.namespace;

const labels = { 'app.kubernetes.io/name': 'sei-k8s-controller', 'control-plane': 'controller-manager' };

/** An object of the cluster, with whatever it has beside its metadata. */
// biome-ignore lint/suspicious/noExplicitAny: each kind is another
export type Any = KubernetesObject & { readonly [field: string]: any };

function object(apiVersion: string, kind: string, name: string, rest: object, inside = ''): Any {
  const metadata = { name, ...(inside !== '' && { namespace: inside }) } as KubernetesObject['metadata'];
  return { apiVersion, kind, metadata, ...rest };
}

/** The Deployment of an operator with two replicas that are ready; `image` tells whose. */
export function operatorDeployment(inside = namespace, image = 'seinode-operator:0.1.0'): Any {
  const containers = [{ name: 'manager', image }];
  const template = { metadata: { labels }, spec: { containers } };
  const made = object('apps/v1', 'Deployment', 'sei-k8s-controller-manager', {}, inside);
  return {
    ...made,
    metadata: { ...made.metadata, labels },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
    status: { replicas: 2, readyReplicas: 2, availableReplicas: 2 },
  };
}

/** The Lease of an operator, renewed at a moment. */
export function operatorLease(inside = namespace, renewTime = now): Any {
  const spec = {
    holderIdentity: 'sei-k8s-controller-manager-0_1',
    leaseDurationSeconds: 15,
    renewTime: new Date(renewTime).toISOString().replace('Z', '000Z'),
  };
  return object('coordination.k8s.io/v1', 'Lease', 'bc1f5b0a.sei.io', { spec }, inside);
}

/** Our webhooks as shipped, with a caBundle. @param url where they are, in place of the Service. */
export function webhookConfiguration(authority: string, url?: string): Any {
  const service = { namespace, name: webhookNames.service, path: '/validate' };
  const caBundle = Buffer.from(authority).toString('base64');
  const webhooks = shippedWebhooks.map(webhook => ({
    ...webhook,
    rules: webhook.rules?.map(rule => ({ apiVersions: ['*'], ...rule })),
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: url === undefined ? { service, caBundle } : { url, caBundle },
  }));
  return object(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    webhookNames.configuration,
    { webhooks },
  );
}

/** The network plugin of EKS, which enforces NetworkPolicies if its agent is told so. */
export function networkPlugin(...args: readonly string[]): Any {
  const podLabels = { app: 'aws-node' };
  const containers = [{ name: 'aws-eks-nodeagent', image: 'aws-network-policy-agent', args }];
  const template = { metadata: { labels: podLabels }, spec: { containers } };
  const spec = { selector: { matchLabels: podLabels }, template };
  return object('apps/v1', 'DaemonSet', 'aws-node', { spec }, 'kube-system');
}

/** Gatekeeper's Deployment and webhook as it should be: the defaults are `Ignore` and no DELETE. */
export function gatekeeper(image = 'openpolicyagent/gatekeeper:v3.20.1'): { deployment: Any; webhook: Any } {
  const podLabels = { 'gatekeeper.sh/system': 'yes' };
  const template = { metadata: { labels: podLabels }, spec: { containers: [{ name: 'manager', image }] } };
  const made = object('apps/v1', 'Deployment', 'gatekeeper-controller-manager', {}, 'gatekeeper-system');
  const webhook = {
    name: 'validation.gatekeeper.sh',
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { namespace: 'gatekeeper-system', name: 'gatekeeper-webhook-service' } },
    // No object of these tests: nobody is there to answer.
    objectSelector: { matchLabels: { guarded: 'by-gatekeeper' } },
    rules: [
      {
        apiGroups: ['*'],
        apiVersions: ['*'],
        resources: ['*'],
        operations: ['CREATE', 'UPDATE', 'DELETE'],
      },
    ],
  };
  return {
    deployment: {
      ...made,
      metadata: { ...made.metadata, labels: podLabels },
      spec: { replicas: 1, selector: { matchLabels: podLabels }, template },
    },
    webhook: object(
      'admissionregistration.k8s.io/v1',
      'ValidatingWebhookConfiguration',
      'gatekeeper-validating-webhook-configuration',
      { webhooks: [webhook] },
    ),
  };
}

/** The bundle in Gatekeeper, of one rule, as it is exported. */
export function bundle(): { template: Any; constraint: Any; syncSet: Any } {
  const { templates, constraints, syncSets } = shippedPolicies().gatekeeper;
  const template = templates.find(({ metadata }) => metadata.name === 'seinodetlsimmutable');
  const constraint = constraints.find(({ metadata }) => metadata.name === 'tls-immutable');
  return structuredClone({ template, constraint, syncSet: syncSets[0] }) as ReturnType<typeof bundle>;
}
