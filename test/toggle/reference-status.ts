import type { Condition } from '../../core/kubernetes.ts';
import { importedClaimName } from '../../core/resources/names.ts';
import { requiredDNSNames, type SeiNode, type TaskPlan, tlsSecretName } from '../../core/seinode.ts';
import type { Outcome } from './reference-claim.ts';

const tasks = ['ensure-data-pvc', 'apply-statefulset', 'apply-service', 'mark-ready'];

/** An init plan, which starts, has ended, or failed at its first task. */
export function planOf({ metadata }: SeiNode, phase: TaskPlan['phase'], error = ''): TaskPlan {
  const status = phase === 'Complete' ? 'Complete' : 'Pending';
  const plan = {
    id: metadata.uid!,
    phase,
    tasks: tasks.map((type, at) => ({ id: `${metadata.uid}-${at}`, type, status }) as const),
    targetPhase: 'Running',
    failedPhase: 'Failed',
  } as const;
  const { id, type } = plan.tasks[0]!;
  const failedTaskDetail = { type, id, error, retryCount: 0, maxRetries: 0 };
  return phase === 'Failed' ? { ...plan, failedTaskIndex: 0, failedTaskDetail } : plan;
}

/** What status says of the Secret of a node under TLS; nothing where TLS is off. */
export function secretStatus(node: SeiNode, reason: 'Ready' | 'NotFound' | 'Malformed'): object {
  const secretName = tlsSecretName(node);
  if (secretName === undefined) return {};
  const { name, namespace } = node.metadata;
  return {
    sidecarTLS: { secretName, requiredDNSNames: requiredDNSNames(name, namespace) },
    conditions: [condition(node, 'SidecarTLSSecretReady', reason === 'Ready', reason)],
  };
}

/** The conditions of a node with what was found of an imported claim. */
export function claimConditions(node: SeiNode, { kind, message }: Outcome): Condition[] {
  const others = node.status?.conditions?.filter(({ type }) => type !== 'ImportPVCReady') ?? [];
  if (importedClaimName(node) === undefined) return others;
  const reason = { done: 'PVCValidated', waits: 'PVCNotReady', failed: 'PVCInvalid' }[kind];
  return [...others, condition(node, 'ImportPVCReady', kind === 'done', reason, message)];
}

/** Always of the same moment, so that saying it again changes nothing. */
function condition(
  { metadata }: SeiNode,
  type: string,
  isTrue: boolean,
  reason: string,
  message = reason,
): Condition {
  const lastTransitionTime = metadata.creationTimestamp!;
  return { type, status: isTrue ? 'True' : 'False', reason, message, lastTransitionTime };
}
