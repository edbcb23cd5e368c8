import { conditionOf, type SeiNodeStatus } from '../seinode.ts';
import { closedSince, deadlineAt, type Validity, verdictChangesAt } from './gate.ts';
import type { Step } from './step.ts';

/**
 * When a node is to be looked at again although nothing that is watched has changed: the step's own time, a certificate
 * that becomes valid or expires, the deadline of a gate. Undefined: never.
 *
 * @param status as it is after the step (`nextStatus`).
 * @param validity of the leaf in the node's Secret, where one is known.
 */
export function nextLook(
  step: Step,
  status: SeiNodeStatus,
  validity: Validity | undefined,
  now: Date,
): Date | undefined {
  const gate = conditionOf(status, 'SidecarTLSSecretReady');
  const held = step.kind === 'waiting' && step.reason === 'GateClosed' && gate !== undefined;
  const moments = [
    'until' in step ? step.until : undefined,
    validity && verdictChangesAt(validity, now),
    held ? deadlineAt(closedSince(gate, now), now) : undefined,
  ].filter(moment => moment !== undefined);
  return moments.toSorted((one, other) => one.getTime() - other.getTime())[0];
}
