import type { SeiNode } from '../../seinode.ts';
import { type Deployment, kindOf, liveDeployments } from '../../toggle/operator.ts';
import type { SeiNodeDeployment } from '../objects.ts';
import { fail, pass, type Verdict, warn } from '../verdict.ts';
import { nameOf } from './ready.ts';
import { undone } from './undone.ts';

const letGo =
  'manage the SeiNodes one by one: kubectl delete seinodedeployment NAME --cascade=orphan --wait=false, and take its finalizer off only once none of them has an owner (docs/spec/seinodedeployment.md)';
const keepOne = 'keep one operator; before the Go operator goes, let the SeiNodes of each go';

/** Whether somebody reconciles SeiNodeDeployments: the Go operator alone does (contract §4). */
export function seiNodeDeployments(
  found: readonly SeiNodeDeployment[],
  nodes: readonly SeiNode[],
  operators: readonly Deployment[],
): Verdict {
  if (found.length === 0) return pass('there are none');
  const live = liveDeployments(operators).filter(({ spec }) => spec?.replicas !== 0);
  const kinds = new Set(live.map(kindOf));
  const details = found.map(deployment => undone(deployment, nodes));
  if (kinds.has('reference') && kinds.size === 1) {
    return pass(`${found.length} are reconciled by the Go operator`);
  }
  if (kinds.has('reference')) {
    const message = `${found.length} are reconciled only while the Go operator leads, and it is not the only operator`;
    return warn(message, keepOne, [...live.map(nameOf), ...details]);
  }
  if (kinds.has('unknown')) {
    const unknown = live.filter(deployment => kindOf(deployment) === 'unknown').map(nameOf);
    return warn(
      `${found.length} exist, and nobody can tell whether ${unknown[0]} reconciles them`,
      letGo,
      details,
    );
  }
  return fail(
    `${found.length} exist and nobody reconciles them: a change of one reaches no node`,
    letGo,
    details,
  );
}
