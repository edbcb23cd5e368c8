import type { Resource } from '../../cluster/resource.ts';

/** What the API server is told of the webhook (admissionregistration.k8s.io/v1). */
export const validatingWebhookConfigurations: Resource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
};

/** The one of them that is ours. */
export const configurationName = 'sei-k8s-controller';
/** In the operator's namespace: the Service that the API server sends to, and the Secret with its certificate. */
export const serviceName = 'sei-k8s-controller-webhook';
export const secretName = 'sei-k8s-controller-webhook-certificate';

/** The path of the webhook. */
export const validatePath = '/validate';

/** By what name the API server verifies the webhook. @param namespace of the operator. */
export function serverNameOf(namespace: string): string {
  return `${serviceName}.${namespace}.svc`;
}
