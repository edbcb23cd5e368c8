import { isDeepStrictEqual } from 'node:util';
import { namespaces, type Resource } from '../../cluster/resource.ts';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { isPrincipal } from '../../core/network/surroundings.ts';
import type { Delta } from '../../core/watch/store.ts';
import type { Basis } from './known-network.ts';

/** Whose nodes a change may matter to. */
export type Concerned =
  | { readonly kind: 'nobody' | 'everybody' }
  /** The nodes of a namespace; and, of a namespace that changed, those of namespaces whose policies select namespaces. */
  | { readonly kind: 'namespace'; readonly name: string; readonly readers: boolean };

/** Whose nodes a change of a NetworkPolicy or a namespace may matter to. */
export function concerned(resource: Resource, delta: Delta, { parameters, labelsOf }: Basis): Concerned {
  const [now, before] = [delta.object, 'before' in delta ? delta.before : undefined] as unknown as [
    Decisive,
    Decisive | undefined,
  ];
  const isNamespace = resource === namespaces;
  const reads = isNamespace ? ({ metadata }: Decisive) => metadata.labels : ({ spec }: Decisive) => spec;
  if (before !== undefined && isDeepStrictEqual(reads(before), reads(now))) return { kind: 'nobody' };
  const name = isNamespace ? now.metadata.name : now.metadata.namespace;
  const labels: (Labels | undefined)[] = isNamespace
    ? [before?.metadata.labels, now.metadata.labels]
    : [labelsOf(name)];
  // Who is let out where the controller is matters to every node.
  const isEverybodys = labels.some(each => each !== undefined && isPrincipal(each, parameters));
  return isEverybodys ? { kind: 'everybody' } : { kind: 'namespace', name, readers: isNamespace };
}

/** A NetworkPolicy or a namespace. */
type Decisive = Pick<NetworkPolicy, 'metadata' | 'spec'>;
