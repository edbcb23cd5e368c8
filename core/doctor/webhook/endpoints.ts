import type { EndpointSlice, ValidatingWebhook } from '../objects.ts';
import { fail, ofFindings, pass, skipped, type Verdict } from '../verdict.ts';
import { applyWebhook } from './installed.ts';
import { webhookNames } from './shipped.ts';

const service = `Service ${webhookNames.namespace}/${webhookNames.service}`;

/** Whether the webhooks point at the operator's Service, and a pod stands behind it. @param slices undefined where there is no Service. */
export function webhookEndpoints(
  webhooks: readonly ValidatingWebhook[],
  slices: readonly EndpointSlice[] | undefined,
): Verdict {
  const byService = webhooks.filter(({ clientConfig }) => clientConfig?.url === undefined);
  if (byService.length === 0) return skipped('they are reached by a URL, not by a Service');
  const elsewhere = byService
    .filter(({ clientConfig }) => !isOurs(clientConfig?.service))
    .map(({ name }) => `${name} does not point at ${service}, port 443`);
  if (elsewhere.length > 0) return ofFindings(elsewhere, '', fail, applyWebhook);
  if (slices === undefined) return fail(`there is no ${service}`, applyWebhook);
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    // Absent counts as ready (discovery/v1 EndpointConditions).
    .filter(({ conditions }) => conditions?.ready !== false).length;
  return ready === 0
    ? fail(
        `${service} has no endpoint that is ready`,
        `kubectl get pods -n ${webhookNames.namespace} -l app.kubernetes.io/name=sei-k8s-controller`,
      )
    : pass(`${ready} endpoint${ready === 1 ? '' : 's'} of ${service}`);
}

function isOurs(service: NonNullable<ValidatingWebhook['clientConfig']>['service']): boolean {
  const { namespace, name, port = 443 } = service ?? {};
  return namespace === webhookNames.namespace && name === webhookNames.service && port === 443;
}
