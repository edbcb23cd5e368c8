import { bootstrapJob, bootstrapOf } from '../resources/bootstrap.ts';
import type { Job, Labels } from '../resources/types.ts';
import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { uuidV5 } from '../uuid.ts';
import { bootstrapTasks } from './build.ts';
import { taskParams } from './params.ts';

/** The annotation of a bootstrap's Job that says what the bootstrap is made of: `madeOf` it. */
export const madeOfAnnotation = 'sei.io/made-of';

/**
 * A short name of what a bootstrap is made of, which no other has: its pod, and what its sidecar is told. While spec says it
 * still, the bootstrap goes on, whatever else of spec changes (ADR 35).
 */
export function madeOf(node: SeiNode, { spec: { template } }: Pick<Job, 'spec'>): string {
  // Of peers what spec asks for: whom its labels select may change by the hour.
  const told = bootstrapTasks(node).map(type =>
    type === 'discover-peers' ? [type, node.spec.peers] : [type, taskParams(node, type)],
  );
  return uuidV5('5b0f2f5e-3c0a-4f6d-9a53-7b1f0a6d2c84', JSON.stringify([template, told]));
}

/** Whether a bootstrap's Job is what spec would have made now; one of the controller before does not say. */
export function isAsSpecSays(
  node: SeiNode,
  { metadata }: { readonly metadata: { readonly annotations?: Labels } },
  settings: Settings,
): boolean {
  const bootstrap = bootstrapOf(node);
  const job = bootstrap && bootstrapJob(node, bootstrap, settings, '');
  return job?.ok === true && madeOf(node, job.value) === metadata.annotations?.[madeOfAnnotation];
}
