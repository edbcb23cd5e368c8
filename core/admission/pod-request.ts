import { guardedTargets } from '../findings/network-findings.ts';
import { objectKey } from '../kubernetes.ts';
import { decodePod, hasNetwork, networkPart } from '../network/decode-pod.ts';
import type { NetworkPod } from '../network/network.ts';
import type { Labels, PolicyParameters } from '../network/network-policy.ts';
import { podName } from '../resources/names.ts';
import { isFields } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';
import type { AdmissionRequest } from './admission.ts';
import { type AdmissionJudge, type Judged, joined, nothing, ofNode } from './findings.ts';
import { judgeSource } from './source-change.ts';
import type { Surroundings } from './surroundings.ts';
import { judgeTarget } from './target-change.ts';

/**
 * Judges a pod whose labels change, and one that is made with the controller's or monitoring's labels: whom it can reach
 * that it could not, and of a node's pod who reaches it.
 */
export function judgePod(
  request: AdmissionRequest,
  around: Surroundings,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const after = podOf(request.object, request.namespace);
  if (after === undefined || !hasNetwork(after)) return nothing;
  const before = podOf(request.oldObject, request.namespace) ?? withoutRoles(after, around.world.parameters);
  if (JSON.stringify(labelsOf(before)) === JSON.stringify(labelsOf(after))) return nothing;
  const node = around.nodesIn(after.metadata.namespace).find(each => podName(each) === after.metadata.name);
  const isUpdate = request.operation === 'UPDATE';
  return joined([
    judgeSource(before, after, around, judge),
    ...(node && isUpdate ? [judgeNodesPod(node, before, after, around, judge, now)] : []),
  ]);
}

function podOf(value: unknown, namespace = 'default'): NetworkPod | undefined {
  if (!isFields(value)) return undefined;
  const { faults, pod } = decodePod(value, namespace);
  return faults.length > 0 ? undefined : networkPart(pod);
}

function labelsOf({ metadata }: NetworkPod): [string, string][] {
  return Object.entries(metadata.labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A pod that is made is compared with the same without the labels by which the parameters know somebody. */
function withoutRoles(pod: NetworkPod, { controller, monitoring, allow }: PolicyParameters): NetworkPod {
  const selectors = [controller, monitoring, ...allow.map(({ from }) => from)].map(
    pods => pods.podSelector ?? {},
  );
  const keys = new Set(
    selectors.flatMap(({ matchLabels = {}, matchExpressions = [] }) => [
      ...Object.keys(matchLabels),
      ...matchExpressions.map(({ key }) => key),
    ]),
  );
  const labels: Labels = Object.fromEntries(
    Object.entries(pod.metadata.labels ?? {}).filter(([key]) => !keys.has(key)),
  );
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

function judgeNodesPod(
  node: SeiNode,
  before: NetworkPod,
  after: NetworkPod,
  around: Surroundings,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const [from, to] = [before, after].map(pod => guardedTargets([node], [pod])[0]);
  const answer = judge.worse({ now, node, pod: after }, { now, node, pod: before });
  const key = objectKey(node.metadata.namespace, node.metadata.name);
  return joined([ofNode(key, answer), ...(to === undefined ? [] : [judgeTarget(to, from, around, judge)])]);
}
