import { guardedTargets } from '../findings/network-findings.ts';
import { objectKey, type Secret } from '../kubernetes.ts';
import type { Target } from '../network/targets.ts';
import type { NodeInput } from '../policy.ts';
import { storedFaults } from '../schema/stored.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { AdmissionRequest } from './admission.ts';
import { type AdmissionJudge, type Judged, joined, nothing, ofNode } from './findings.ts';
import type { Surroundings } from './surroundings.ts';
import { judgeTarget } from './target-change.ts';

/** What may come later than the node, which waits for it. */
const later = new Set(['tls-secret', 'tls-sans']);

/** Judges a SeiNode that is made or changed, with every rule; what NetworkPolicies say of its pod is told at most. */
export function judgeSeiNode(
  request: AdmissionRequest,
  around: Surroundings,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const faults = storedFaults(request.object);
  if (faults.length > 0) {
    return {
      findings: [],
      unjudged: [`the SeiNode cannot be read: ${faults[0]?.field} ${faults[0]?.message}`],
    };
  }
  const node = request.object as SeiNode;
  if (node.metadata.deletionTimestamp !== undefined) return nothing;
  const before = storedFaults(request.oldObject).length === 0 ? (request.oldObject as SeiNode) : undefined;
  const { namespace, name } = node.metadata;
  const answer = judge.worse(
    { ...inputOf(node, around, now), ...(before && { before }) },
    before && inputOf(before, around, now),
  );
  const key = objectKey(namespace, name);
  return joined([ofNode(key, answer, ({ rule }) => later.has(rule)), judgePod(node, before, around, judge)]);
}

function inputOf(node: SeiNode, around: Surroundings, now: string): NodeInput {
  const name = tlsSecretName(node);
  const secret: Secret | undefined =
    name === undefined ? undefined : around.world.secret(node.metadata.namespace, name);
  return { now, node, others: around.othersOf(node), ...(secret && { secret }) };
}

/** The pod it would make, where that is another than before. A running one is not touched by it yet. */
function judgePod(
  node: SeiNode,
  before: SeiNode | undefined,
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const [after, former] = [targetOf(node), before && targetOf(before)];
  if (JSON.stringify(after) === JSON.stringify(former)) return nothing;
  const { findings, unjudged } = judgeTarget(after, former, around, judge);
  return { findings: findings.map(finding => ({ ...finding, toldAtMost: true })), unjudged };
}

function targetOf(node: SeiNode): Target {
  return guardedTargets([node], [])[0] as Target;
}
