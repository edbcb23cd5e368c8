import { type Mode, modesOf, type SeiNode } from '../seinode.ts';
import type { Labels } from './types.ts';

const nodeLabel = 'sei.io/node';

/** What tells the objects of a bootstrap from the node's others; the controller before had it too, on its Service as well. */
export const bootstrapOnly: Labels = { 'sei.io/component': 'bootstrap' };

/** The values of sei.io/role. */
const roles: Readonly<Record<Mode, string>> = {
  fullNode: 'node',
  archive: 'archive',
  replayer: 'replayer',
  validator: 'validator',
};

/** What selects a node's pod. It cannot be changed on a StatefulSet, so nothing that may change is in it. */
export function selectorLabels(node: SeiNode): Labels {
  return { [nodeLabel]: node.metadata.name };
}

/**
 * The labels of a node's pod, and of every object of it: spec.podLabels, then `sei.io/node` (the node's name),
 * `sei.io/chain` (its chainId) and `sei.io/role` (validator, archive, replayer or node), which win.
 *
 * **This set is a public contract.** NetworkPolicies that platforms keep select pods by it: whoever renames a label,
 * drops one or writes other values opens or closes the sidecars of a whole fleet.
 */
export function resourceLabels(node: SeiNode): Labels {
  const [mode] = modesOf(node.spec);
  return {
    ...node.spec.podLabels,
    ...selectorLabels(node),
    'sei.io/chain': node.spec.chainId,
    ...(mode && { 'sei.io/role': roles[mode] }),
  };
}

/** The labels of a bootstrap's Job and pod: those of the node's pod, so that policies hold for it, and what it is. */
export function bootstrapLabels(node: SeiNode): Labels {
  return { ...resourceLabels(node), ...bootstrapOnly };
}

/** Whether labels are those of a bootstrap. */
export function isOfBootstrap(labels: Labels | undefined): boolean {
  return labels?.['sei.io/component'] === bootstrapOnly['sei.io/component'];
}
