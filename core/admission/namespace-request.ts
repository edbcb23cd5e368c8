import { decodeNamespace } from '../network/decode-pod.ts';
import { selects } from '../network/label-selector.ts';
import { peersIn, peersOut } from '../network/mentions.ts';
import type { Labels, NetworkPolicy, PodsSelector, PolicyParameters } from '../network/network-policy.ts';
import { policyTypesOf } from '../network/network-policy.ts';
import type { Target } from '../network/targets.ts';
import { isFields } from '../schema/structural.ts';
import type { AdmissionRequest } from './admission.ts';
import { type AdmissionJudge, type Judged, joined, nothing } from './findings.ts';
import { isolatingAny } from './isolation.ts';
import { judgeChange, judgeEntries } from './network-change.ts';
import type { Surroundings } from './surroundings.ts';

/** Judges new labels of a namespace: policies let in by them. */
export function judgeNamespace(
  request: AdmissionRequest,
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const name = request.name ?? request.namespace ?? '';
  const { network, parameters: given, unjudged } = around.world;
  const [before, after] = [labelsOf(request.oldObject, name), labelsOf(request.object, name)];
  const tells = ({ namespaceSelector }: Partial<PodsSelector>) =>
    namespaceSelector !== undefined &&
    selects(namespaceSelector, before) !== selects(namespaceSelector, after);
  const reads = network.policies.some(policy => [...peersIn(policy), ...peersOut(policy)].some(tells));
  if (!reads) return nothing;
  if (unjudged !== undefined) return { ...nothing, unjudged: [unjudged] };
  const parameters = frozen(name, before, given);
  const spaces = (labels: Labels) => new Map([...network.namespaces, [name, labels]]);
  const outward = network.policies.filter(
    policy => policyTypesOf(policy).includes('Egress') && peersOut(policy).some(tells),
  );
  return joined(
    [...Map.groupBy(around.targetsIn(), ({ namespace }) => namespace)].map(([namespace, targets]) => {
      const policies = around.policiesIn(namespace);
      const inward = policies.filter(policy => peersIn(policy).some(tells));
      const change = (asked: readonly NetworkPolicy[], at: readonly Target[]) => ({
        ...{ targets: at, parameters, caveats: network.caveats },
        before: { policies: asked, namespaces: spaces(before) },
        after: { policies: asked, namespaces: spaces(after) },
      });
      // Where policies that read the label have nothing to say, the others have not either.
      const isolated = targets.filter(target => isolatingAny(inward, [target]).length > 0);
      const alone = judgeChange(change(isolatingAny(inward, isolated), isolated), judge);
      const isQuiet = alone.findings.length === 0 && alone.unjudged.length === 0;
      return joined([
        isQuiet ? nothing : judgeEntries(change(policies, isolated), judge),
        ...(outward.length > 0 ? [judgeChange(change(outward, targets), judge)] : []),
      ]);
    }),
  );
}

function labelsOf(value: unknown, name: string): Labels {
  return isFields(value) ? decodeNamespace(value, name).labels : {};
}

/** Who was the controller's or monitoring's namespace by its labels is it still: its pods are where they were. */
function frozen(name: string, labels: Labels, parameters: PolicyParameters): PolicyParameters {
  const fixed = (pods: PodsSelector): PodsSelector =>
    selects(pods.namespaceSelector, labels)
      ? { ...pods, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }
      : pods;
  return {
    ...parameters,
    controller: fixed(parameters.controller),
    monitoring: fixed(parameters.monitoring),
  };
}
