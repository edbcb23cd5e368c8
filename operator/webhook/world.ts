import type { World } from '../../core/admission/admission.ts';
import { objectKey, type Secret } from '../../core/kubernetes.ts';
import { hasNetwork } from '../../core/network/decode-pod.ts';
import type { Caveat, NetworkPod } from '../../core/network/network.ts';
import { defaultParameters, type Labels, type NetworkPolicy } from '../../core/network/network-policy.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { type ReadParameters, readParameters } from '../posture/parameters.ts';
import type { Kept, News } from './messages.ts';
import { readSettings } from './settings.ts';

/** What a version of the ConfigMap says. */
type Readings = {
  readonly of: Fields | undefined;
  readonly read: ReadParameters;
  readonly settings: World['settings'];
};

/** The worker's own copy of what requests are judged beside. */
export class WorldCopy {
  readonly #objects = new Map<Kept, Map<string, Fields>>();
  #caveats: readonly Caveat[] = [];
  #unjudged: string | undefined;
  #isComplete = false;
  #world: World | undefined;
  #read: Readings | undefined;

  /** Takes in what changed. */
  hear({ changes, caveats, unjudged, isComplete }: News): void {
    for (const { kept, key, object } of changes) {
      if (object === null) this.#of(kept).delete(key);
      else this.#of(kept).set(key, object);
    }
    this.#caveats = caveats;
    this.#unjudged = unjudged ?? undefined;
    this.#isComplete = isComplete;
    this.#world = undefined;
  }

  /** The world as it was last heard of; undefined before all of it was. The same object until something changes. */
  get world(): World | undefined {
    if (this.#isComplete) this.#world ??= this.#made();
    return this.#world;
  }

  #made(): World {
    const { read, settings } = this.#readings();
    const unjudged = this.#unjudged ?? (read.ok ? undefined : read.facts.message);
    const secrets = this.#of('secrets');
    const namespaces = this.#all('namespaces').map(metadataOf);
    return {
      nodes: this.#all('nodes') as unknown[] as SeiNode[],
      secret: (namespace, name) => secrets.get(objectKey(namespace, name)) as Secret | undefined,
      network: {
        policies: this.#all('networkPolicies') as unknown[] as NetworkPolicy[],
        pods: (this.#all('pods') as unknown[] as NetworkPod[]).filter(hasNetwork),
        namespaces: new Map(namespaces.map(({ name, labels }) => [name, labels])),
        caveats: this.#caveats,
      },
      parameters: read.ok ? read.value : defaultParameters,
      terminating: new Set(
        namespaces.filter(({ deletionTimestamp }) => deletionTimestamp).map(({ name }) => name),
      ),
      settings,
      ...(unjudged !== undefined && { unjudged }),
    };
  }

  /** Read once a version. */
  #readings(): Readings {
    const [of] = this.#all('parameters');
    if (this.#read === undefined || this.#read.of !== of) {
      this.#read = { of, read: readParameters(of), settings: readSettings(of).settings };
    }
    return this.#read;
  }

  #all(kept: Kept): Fields[] {
    return [...this.#of(kept).values()];
  }

  #of(kept: Kept): Map<string, Fields> {
    const known = this.#objects.get(kept) ?? new Map<string, Fields>();
    this.#objects.set(kept, known);
    return known;
  }
}

function metadataOf(object: Fields | undefined): {
  name: string;
  labels: Labels;
  deletionTimestamp?: string;
} {
  return { labels: {}, ...(object?.metadata as { name: string }) };
}
