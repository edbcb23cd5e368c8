import { namespaces, networkPolicies, type Resource } from '../../cluster/resource.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { ConditionFacts } from '../../core/merge-conditions.ts';
import type { Caveat, Network } from '../../core/network/network.ts';
import type { Labels, NetworkPolicy, PolicyParameters } from '../../core/network/network-policy.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { Store } from '../../core/watch/store.ts';
import { parametersMaps } from '../collections.ts';
import { type ReadParameters, readParameters } from './parameters.ts';
import { unavailable } from './view.ts';

/** What nodes are judged by; `facts` where nothing can be said of any. */
export type KnownNetwork = Basis | { readonly facts: ConditionFacts };

export type Basis = {
  readonly facts?: undefined;
  readonly parameters: PolicyParameters;
  readonly caveats: readonly Caveat[];
  readonly labelsOf: (namespace: string) => Labels;
  readonly network: () => Network;
};

export type Sources = {
  readonly stores: ReadonlyMap<Resource, Store>;
  /** Why a collection cannot be had, where that is so. */
  readonly refusal: (resource: Resource) => string | undefined;
  /** What NetworkPolicies alone cannot answer for; undefined before anybody looked. */
  readonly caveats: () => readonly Caveat[] | undefined;
};

/** What must be read before anything can be said. */
const decisive = [networkPolicies, namespaces, parametersMaps] as const;

/** The network as the caches have it; undefined before all of it was listed. */
export function knownNetwork({ stores, refusal, caveats: look }: Sources): KnownNetwork | undefined {
  const why = decisive.map(refusal).find(refused => refused !== undefined);
  if (why !== undefined) return { facts: unavailable(why) };
  const caveats = look();
  const [policies, spaces, maps] = decisive.map(resource => stores.get(resource)) as [Store, Store, Store];
  if (caveats === undefined || ![policies, spaces, maps].every(({ synced }) => synced)) return undefined;
  const read = parametersIn(maps);
  if (!read.ok) return { facts: read.facts };
  return {
    ...{ parameters: read.value, caveats },
    labelsOf: namespace => labelsIn(spaces.get(objectKey('', namespace))),
    network: () => ({
      policies: [...policies.values()] as unknown[] as NetworkPolicy[],
      pods: [],
      namespaces: new Map([...spaces.values()].map(space => [nameIn(space), labelsIn(space)])),
      caveats,
    }),
  };
}

/** Why nothing can be said of any node, whatever the parameters say; undefined where something can. */
export function unknownNetwork({ stores, refusal, caveats }: Sources): string | undefined {
  const isListed = caveats() !== undefined && decisive.every(resource => stores.get(resource)?.synced);
  const why = decisive.map(refusal).find(refused => refused !== undefined);
  return why ?? (isListed ? undefined : 'what decides who reaches nodes has not been listed yet');
}

/** Read once a version. */
const readBefore = new WeakMap<object, ReadParameters>();

function parametersIn(store: Store): ReadParameters {
  const [configMap] = store.values();
  if (configMap === undefined) return readParameters(undefined);
  const read = readBefore.get(configMap) ?? readParameters(configMap);
  readBefore.set(configMap, read);
  return read;
}

function nameIn(namespace: Fields): string {
  return (namespace as unknown as NetworkPolicy).metadata.name;
}

function labelsIn(namespace: Fields | undefined): Labels {
  return (namespace as NetworkPolicy | undefined)?.metadata.labels ?? {};
}
