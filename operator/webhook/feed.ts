import { isDeepStrictEqual } from 'node:util';
import {
  namespaces,
  networkPolicies,
  pods,
  type Resource,
  secrets,
  seiNodes,
} from '../../cluster/resource.ts';
import { networkPart } from '../../core/network/decode-pod.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Delta } from '../../core/watch/store.ts';
import { parametersMaps } from '../collections.ts';
import type { Kept, News } from './messages.ts';

/** What changed of the collections that admission reads, gathered until it is taken: of each object what it is last. */
export class Feed {
  #changes = new Map<string, News['changes'][number]>();

  /** To be told of every change, in order. @returns whether there is something to take. */
  hear(resource: Resource, deltas: readonly Delta[]): boolean {
    const reading = readings.get(resource);
    if (reading === undefined) return false;
    const { kept, trim } = reading;
    for (const delta of deltas) {
      const { key } = delta;
      const object = delta.type === 'deleted' ? null : trim(delta.object);
      // Whoever writes a status makes no other world.
      const isNews = delta.type !== 'updated' || !isDeepStrictEqual(object, trim(delta.before));
      if (isNews) this.#changes.set(`${kept} ${key}`, { kept, key, object });
    }
    return this.#changes.size > 0;
  }

  /** Hands over what was gathered. */
  take(): News['changes'] {
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    return changes;
  }
}

/** An object without what no rule reads: each is copied to the worker, and kept there once more. */
const readings = new Map<Resource, { readonly kept: Kept; readonly trim: (object: Fields) => Fields }>([
  [seiNodes, { kept: 'nodes', trim: node => trimmed(node, ['spec']) }],
  [secrets, { kept: 'secrets', trim: secret => ({ ...trimmed(secret, ['type']), data: pairIn(secret) }) }],
  [networkPolicies, { kept: 'networkPolicies', trim: policy => trimmed(policy, ['spec']) }],
  [namespaces, { kept: 'namespaces', trim: namespace => trimmed(namespace, []) }],
  [pods, { kept: 'pods', trim: pod => networkPart(pod as never) as unknown as Fields }],
  [parametersMaps, { kept: 'parameters', trim: configMap => trimmed(configMap, ['data']) }],
]);

const identity = ['name', 'namespace', 'uid', 'labels', 'deletionTimestamp'];

function trimmed(object: Fields, fields: readonly string[]): Fields {
  const { apiVersion, kind } = object;
  return { apiVersion, kind, metadata: only(object.metadata, identity), ...only(object, fields) };
}

/** A keystore beside the pair may be large. */
function pairIn({ data }: Fields): Fields {
  return only(data, ['tls.crt', 'tls.key']);
}

function only(object: unknown, fields: readonly string[]): Fields {
  const entries = isFields(object) ? Object.entries(object) : [];
  return Object.fromEntries(entries.filter(([field]) => fields.includes(field)));
}
