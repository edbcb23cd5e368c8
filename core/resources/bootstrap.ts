import { snapshotOf } from '../plan/spec.ts';
import { failure, type Result, success } from '../result.ts';
import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { carriedFault } from './bootstrap-guard.ts';
import { bootstrapLabels } from './labels.ts';
import { ownedMeta } from './metadata.ts';
import { bootstrapJobName, podName } from './names.ts';
import { podTemplate } from './pod-template.ts';
import { halting } from './seid.ts';
import type { Job, PodTemplate } from './types.ts';

/** How a node comes by its first state: seid of this image runs on a restored snapshot up to a height. */
export type Bootstrap = { readonly image: string; readonly height: number };

/** The annotation of a Job that says for which task of which plan it was made. */
export const taskAnnotation = 'sei.io/task';

/** The bootstrap that a node asks for; undefined where it asks for none. A bootstrap image means nothing without s3. */
export function bootstrapOf(node: SeiNode): Bootstrap | undefined {
  const { bootstrapImage, s3 } = snapshotOf(node) ?? {};
  return bootstrapImage && s3 ? { image: bootstrapImage, height: s3.targetHeight } : undefined;
}

/**
 * The Job of a node's bootstrap (ADR 35): the pod that the node would have, with seid of the bootstrap image, which ends
 * at the height. It is kept until the operator has seen what became of it, however late that is.
 *
 * @param task the id of the task that makes it.
 * @returns else why none is made: its pod would carry what is the validator's own.
 */
export function bootstrapJob(
  node: SeiNode,
  bootstrap: Bootstrap,
  settings: Settings,
  task: string,
): Result<Job> {
  const { labels, ...meta } = ownedMeta(node, bootstrapJobName(node));
  const template = bootstrapTemplate(node, bootstrap, settings);
  const carried = carriedFault(node, template.spec);
  if (carried !== undefined) return failure(carried);
  return success({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...meta, labels: bootstrapLabels(node), annotations: { [taskAnnotation]: task } },
    // A second pod would begin on what the first left.
    spec: { backoffLimit: 0, template },
  });
}

/** Of the name and at the address of the node's pod, so that its certificate and the way to its sidecar are the same. */
function bootstrapTemplate(node: SeiNode, { image, height }: Bootstrap, settings: Settings): PodTemplate {
  const { metadata, spec } = podTemplate(keyless(node, image), settings);
  return {
    metadata: { ...metadata, labels: bootstrapLabels(node) },
    spec: {
      ...spec,
      affinity: { ...spec.affinity, podAntiAffinity: apart(node) },
      restartPolicy: 'Never',
      hostname: podName(node),
      subdomain: node.metadata.name,
      // seid writes out what it holds.
      terminationGracePeriodSeconds: 120,
      containers: spec.containers.filter(({ name }) => name === 'seid').map(seid => halting(seid, height)),
    },
  };
}

/**
 * A Job may have two pods for a moment, as its controller makes one anew that it does not know of yet. The second has no machine:
 * not that of any other pod of the node, by this, and not another, as the volume is on that one (ReadWriteOnce).
 */
function apart({ metadata: { name } }: SeiNode): object {
  const labelSelector = { matchLabels: { 'sei.io/node': name } };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  return { requiredDuringSchedulingIgnoredDuringExecution: [term] };
}

/** The node as it bootstraps: a validator without its keys signs nothing. */
function keyless(node: SeiNode, image: string): SeiNode {
  const { validator, ...spec } = node.spec;
  return { ...node, spec: { ...spec, image, ...(validator && { validator: {} }) } };
}
