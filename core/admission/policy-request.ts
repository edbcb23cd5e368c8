import { decodeNetworkPolicy } from '../network/decode-policy.ts';
import { type NetworkPolicy, policyTypesOf } from '../network/network-policy.ts';
import { isPrincipal } from '../network/surroundings.ts';
import type { Target } from '../network/targets.ts';
import { isFields } from '../schema/structural.ts';
import type { AdmissionRequest } from './admission.ts';
import { type AdmissionJudge, type Judged, joined, nothing } from './findings.ts';
import { isSelected } from './isolation.ts';
import { judgeChange, judgeEntries, type NetworkChange } from './network-change.ts';
import type { Surroundings } from './surroundings.ts';
import { hollowed, mostFields, tooLarge } from './work.ts';

/** Judges a NetworkPolicy that is made, changed or deleted: who gets in to nodes that did not, and who is locked out. */
export function judgePolicy(request: AdmissionRequest, around: Surroundings, judge: AdmissionJudge): Judged {
  const { namespace = 'default' } = request;
  const [before, after] = [request.oldObject, request.object].map(value => read(value, namespace));
  const isWhole = !before?.isHollow && !after?.isHollow;
  if (isWhole && JSON.stringify(before?.policy.spec) === JSON.stringify(after?.policy.spec)) return nothing;
  const changed = [before?.policy, after?.policy].filter(policy => policy !== undefined);
  const [inward, outward] = [selected(changed, around), heldBack(changed, namespace, around)];
  if (inward.length === 0 && outward.length === 0) return nothing;
  const { unjudged } = around.world;
  if (unjudged !== undefined) return { ...nothing, unjudged: [unjudged] };
  const refused = after && (after.isHollow ? hollow : (unreadable(after.fault) ?? tooLarge(after.policy)));
  if (refused !== undefined) return { ...nothing, refused };
  if (before?.isHollow) return request.operation === 'DELETE' ? unread : withoutDoubt(unread);
  const edit = { before: before?.policy, after: after?.policy };
  const judged = joined([judgeEntry(edit, inward, around, judge), judgeExit(edit, outward, around, judge)]);
  return request.operation === 'DELETE' ? judged : withoutDoubt(judged);
}

const hollow = `the NetworkPolicy is too large to be judged: it has more than ${mostFields} fields; split it`;
const unread: Judged = {
  ...nothing,
  unjudged: ['the NetworkPolicy that is there is too large to be compared with'],
};

/** One field that older API servers store and nobody here understands must not hide what else is in the policy. */
function unreadable(fault: string | undefined): string | undefined {
  return fault && `the NetworkPolicy cannot be judged: ${fault}`;
}

/** What is too much to be judged is not let in; it may always be deleted, or the namespace could never be mended. */
function withoutDoubt({ findings, unjudged }: Judged): Judged {
  if (unjudged.length === 0) return { findings, unjudged };
  const refused = `the NetworkPolicy cannot be judged: ${unjudged.join('; ')}; delete what is not needed, or split it`;
  return { findings, unjudged: [], refused };
}

type Edit = { readonly before: NetworkPolicy | undefined; readonly after: NetworkPolicy | undefined };

type Read = {
  readonly policy: NetworkPolicy;
  readonly fault: string | undefined;
  /** Whether of a policy that is too large there is only whom it is about. */
  readonly isHollow: boolean;
};

function read(value: unknown, namespace: string): Read | undefined {
  if (!isFields(value)) return undefined;
  const hollow = hollowed(value);
  const { faults, policy } = decodeNetworkPolicy(hollow ?? value, namespace);
  const [fault] = faults;
  return { policy, fault: fault && `${fault.field} ${fault.message}`, isHollow: hollow !== undefined };
}

/** The pods that one of the policies isolates. */
function selected(policies: readonly NetworkPolicy[], around: Surroundings): readonly Target[] {
  const isolating = policies.filter(policy => policyTypesOf(policy).includes('Ingress'));
  const [first] = isolating;
  if (first === undefined) return [];
  return around
    .targetsIn(first.metadata.namespace)
    .filter(({ labels }) => isolating.some(policy => isSelected(policy, labels)));
}

/** Every node's pod, where the policies may hold the controller or monitoring back. */
function heldBack(
  policies: readonly NetworkPolicy[],
  namespace: string,
  around: Surroundings,
): readonly Target[] {
  const { network, parameters } = around.world;
  const holds = policies.some(policy => policyTypesOf(policy).includes('Egress'));
  const labels = { ...network.namespaces.get(namespace), 'kubernetes.io/metadata.name': namespace };
  return holds && isPrincipal(labels, parameters) ? around.targetsIn() : [];
}

/**
 * Who gets in at the nodes' side. Where the same pods are isolated as before, what else lets in to them can only excuse
 * what the edit alone would open, or shut: where that is nothing nobody else is asked about.
 */
function judgeEntry(
  edit: Edit,
  targets: readonly Target[],
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const [one] = targets;
  if (one === undefined) return nothing;
  const alone = changeOf(edit, [], targets, around);
  if (isolatesTheSame(edit) && isNothing(judgeChange(alone, judge))) return nothing;
  const others = withoutEdited(around.policiesIn(one.namespace), edit);
  return judgeEntries(changeOf(edit, others, targets, around), judge);
}

function isolatesTheSame({ before, after }: Edit): boolean {
  if (before === undefined || after === undefined) return false;
  const selection = (policy: NetworkPolicy) =>
    JSON.stringify([policy.spec?.podSelector ?? {}, policyTypesOf(policy).includes('Ingress')]);
  return selection(before) === selection(after);
}

function isNothing({ findings, unjudged }: Judged): boolean {
  return findings.length === 0 && unjudged.length === 0;
}

/** Who is let out where the controller and monitoring are. */
function judgeExit(
  edit: Edit,
  targets: readonly Target[],
  around: Surroundings,
  judge: AdmissionJudge,
): Judged {
  const others = withoutEdited(around.principalPolicies(), edit).flatMap(policy => egressOf(policy) ?? []);
  const outward = { before: egressOf(edit.before), after: egressOf(edit.after) };
  return judgeChange(changeOf(outward, others, targets, around), judge);
}

/** What a policy says of those who leave, which decides nothing about those who come; undefined where that is nothing. */
function egressOf(policy: NetworkPolicy | undefined): NetworkPolicy | undefined {
  if (policy === undefined || !policyTypesOf(policy).includes('Egress')) return undefined;
  const { ingress: _, ...spec } = policy.spec ?? {};
  // Without a type it would isolate for ingress.
  return { ...policy, spec: { ...spec, policyTypes: ['Egress'] } };
}

function changeOf(
  edit: Edit,
  others: readonly NetworkPolicy[],
  targets: readonly Target[],
  { world: { network, parameters } }: Surroundings,
): NetworkChange {
  const { namespaces, caveats } = network;
  const withOne = (policy: NetworkPolicy | undefined) => ({
    namespaces,
    policies: [...others, ...(policy === undefined ? [] : [policy])],
  });
  return { before: withOne(edit.before), after: withOne(edit.after), targets, parameters, caveats };
}

/**
 * The cache may have the policy already as it will be. One that is on its way out is kept by a finalizer alone, and nobody
 * is asked when that comes off: it protects nothing.
 */
function withoutEdited(policies: readonly NetworkPolicy[], { before, after }: Edit): NetworkPolicy[] {
  const edited = (before ?? after)?.metadata;
  return policies.filter(
    ({ metadata }) =>
      metadata.deletionTimestamp === undefined &&
      !(metadata.namespace === edited?.namespace && metadata.name === edited?.name),
  );
}
