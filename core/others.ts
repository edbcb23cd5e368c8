import { objectKey } from './kubernetes.ts';
import { dataClaimName, importedClaimName } from './resources/names.ts';
import type { SeiNode } from './seinode.ts';

/**
 * Finds the SeiNodes that have a key or a claim in common with a node (rule node-references): what is worth being handed
 * to the rules as `others`, which say what of it is wrong.
 *
 * @param nodes all there are; those being deleted are passed over.
 */
export function othersAmong(nodes: readonly SeiNode[]): (node: SeiNode) => readonly SeiNode[] {
  const users = new Map<string, SeiNode[]>();
  for (const node of nodes.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    for (const thing of had(node)) users.set(thing, [...(users.get(thing) ?? []), node]);
  }
  return node => {
    const things = [...keysOf(node), ...claimOf(node, importedClaimName(node))];
    const found = new Set(things.flatMap(thing => users.get(thing) ?? []));
    return [...found].filter(({ metadata }) => metadata.name !== node.metadata.name);
  };
}

/** Imported or its own: a node's claim is its volume. */
function had(node: SeiNode): string[] {
  return [...keysOf(node), ...claimOf(node, dataClaimName(node))];
}

function keysOf({ metadata, spec }: SeiNode): string[] {
  const { signingKey, nodeKey, operatorKeyring } = spec.validator ?? {};
  return Object.entries({ signingKey, nodeKey, operatorKeyring }).flatMap(([field, source]) =>
    thing(field, metadata.namespace, source?.secret?.secretName),
  );
}

function claimOf({ metadata }: SeiNode, name: string | undefined): string[] {
  return thing('claim', metadata.namespace, name);
}

/** A request may hold anything in place of a name: that is nothing to have in common. */
function thing(kind: string, namespace: string, name: unknown): string[] {
  return typeof name === 'string' ? [`${kind} ${objectKey(namespace, name)}`] : [];
}
