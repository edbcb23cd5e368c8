import type { TaskPlan } from '../seinode.ts';

/** What a plan is for. `other`: made by another operator for something not served here. */
export type PlanKind = 'init' | 'image update' | 'mark-ready' | 'peers' | 'other';

/** What a stored plan is for, told by its tasks: the reference controller's plans have no other mark. */
export function planKind({ tasks }: TaskPlan): PlanKind {
  const types = tasks.map(({ type }) => type);
  if (types.includes('observe-image')) return 'image update';
  if (types.includes('ensure-data-pvc')) return 'init';
  if (types.length !== 1) return 'other';
  return types[0] === 'mark-ready' ? 'mark-ready' : types[0] === 'discover-peers' ? 'peers' : 'other';
}

/** The image that a plan has put into the StatefulSet; undefined where it has not, or does not say. */
export function appliedImage({ tasks }: TaskPlan): string | undefined {
  const applied = tasks.find(({ type, status }) => type === 'apply-statefulset' && status === 'Complete');
  const image = applied?.params?.image;
  return typeof image === 'string' ? image : undefined;
}
