import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { selectorLabels } from './labels.ts';
import { ownedMeta } from './metadata.ts';
import { podTemplate } from './pod-template.ts';
import type { StatefulSet } from './types.ts';

/**
 * A node's StatefulSet. Its pod is replaced by a plan alone (OnDelete). The API server accepts it where
 * `unbuildableFields` names nothing.
 */
export function statefulSet(node: SeiNode, settings: Settings): StatefulSet {
  const { name } = node.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: ownedMeta(node, name),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selectorLabels(node) },
      updateStrategy: { type: 'OnDelete' },
      template: podTemplate(node, settings),
    },
  };
}
