import { type Deployment, kindOf, liveDeployments } from '../../toggle/operator.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

const fix = 'kubectl apply -k operator/manifests, and look at its pods: kubectl describe pods -n';

/** Whether somebody reconciles SeiNodes: a Deployment, ours or the Go operator's, with a replica that is ready. */
export function operatorReady(found: readonly Deployment[]): Verdict {
  if (found.length === 0) {
    return fail(
      'no Deployment of an operator is found: nobody reconciles SeiNodes',
      'kubectl apply -k operator/manifests',
    );
  }
  const live = liveDeployments(found);
  const lame = live.find(deployment => readyOf(deployment) < 1);
  return lame === undefined
    ? pass(live.map(deployment => `${nameOf(deployment)}, ${readyOf(deployment)} ready`).join('; '))
    : fail(`${nameOf(lame)} has no replica that is ready`, `${fix} ${lame.metadata.namespace}`);
}

/** `this operator: Deployment NAMESPACE/NAME`. */
export function nameOf(deployment: Deployment): string {
  const kind = kindOf(deployment);
  const whose =
    kind === 'unknown' ? 'unknown operator' : kind === 'ours' ? 'this operator' : 'the Go operator';
  return `${whose}: Deployment ${deployment.metadata.namespace}/${deployment.metadata.name}`;
}

function readyOf(deployment: Deployment): number {
  const { status } = deployment as { readonly status?: { readonly readyReplicas?: number } };
  return status?.readyReplicas ?? 0;
}
