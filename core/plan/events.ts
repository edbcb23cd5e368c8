import { conditionOf, type Phase, type SeiNodeStatus } from '../seinode.ts';

/** What is told once, of a transition (Kubernetes API, events.k8s.io). */
export type NodeEvent = {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
};

/** The events of a write of status (contract §2): of what the status became, told when it became so. */
export function eventsOf(before: SeiNodeStatus | undefined, after: SeiNodeStatus): NodeEvent[] {
  return [
    ...phaseEvents(before?.phase, after.phase),
    ...transitions.flatMap(transition => conditionEvents(transition, before, after)),
    ...failureEvents(before?.phase, after),
  ];
}

type Transition = { readonly type: string; readonly lost: string; readonly restored: string };

const transitions: readonly Transition[] = [
  {
    type: 'SidecarTLSSecretReady',
    lost: 'SidecarTLSSecretNotReady',
    restored: 'SidecarTLSSecretReady',
  },
  { type: 'SidecarReady', lost: 'SidecarReadinessLost', restored: 'SidecarReadinessRestored' },
  {
    type: 'SidecarNetworkPolicyReady',
    lost: 'SidecarNetworkPolicyNotReady',
    restored: 'SidecarNetworkPolicyReady',
  },
];

function phaseEvents(before: Phase | undefined, after: Phase | undefined): NodeEvent[] {
  if (before === after || after === undefined) return [];
  const message = before ? `phase changed from ${before} to ${after}` : `phase is ${after}`;
  return [{ type: 'Normal', reason: 'PhaseTransition', message }];
}

/**
 * A condition that becomes False is told, and one that becomes True after it was not. Unknown is told neither way: an
 * API that cannot be read for a moment would be an event a node.
 */
function conditionEvents(
  { type, lost, restored }: Transition,
  before: SeiNodeStatus | undefined,
  after: SeiNodeStatus,
): NodeEvent[] {
  const [was, is] = [conditionOf(before, type), conditionOf(after, type)];
  if (is === undefined || is.status === was?.status) return [];
  if (is.status === 'False') return [{ type: 'Warning', reason: lost, message: is.message }];
  return is.status === 'True' && was !== undefined
    ? [{ type: 'Normal', reason: restored, message: is.message }]
    : [];
}

function failureEvents(before: Phase | undefined, after: SeiNodeStatus): NodeEvent[] {
  if (after.phase !== 'Failed' || before === 'Failed') return [];
  const message = conditionOf(after, 'Progressing')?.message ?? 'the plan failed';
  return [{ type: 'Warning', reason: 'NodeFailed', message }];
}
