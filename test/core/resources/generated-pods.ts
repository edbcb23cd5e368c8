import { bootstrapJob } from '../../../core/resources/bootstrap.ts';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import type { PodTemplate } from '../../../core/resources/types.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { settings } from './nodes.ts';

/** A pod that is made for a node. */
export type GeneratedPod = {
  readonly of: string;
  readonly build: (node: SeiNode) => PodTemplate;
  /** Whether it is the node's own, that may hold its keys; any other holds none. */
  readonly mayHoldKeys: boolean;
};

/** Every pod that is made for a node: whoever builds another adds it here, and what holds of all of them holds of it. */
export const generatedPods: readonly GeneratedPod[] = [
  { of: 'StatefulSet', build: node => statefulSet(node, settings).spec.template, mayHoldKeys: true },
  { of: 'bootstrap Job', build: bootstrapTemplate, mayHoldKeys: false },
];

function bootstrapTemplate(node: SeiNode): PodTemplate {
  const job = bootstrapJob(node, { image: 'sei:v6.2.0', height: 1_000 }, settings, 'id');
  if (!job.ok) throw new Error(job.error);
  return job.value.spec.template as PodTemplate;
}
