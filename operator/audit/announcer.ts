import type { Found } from '../../core/findings/finding.ts';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import type { NodeEvent } from '../../core/plan/events.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Audited } from './judge-namespace.ts';

export type AnnouncerOptions = {
  readonly node: (key: string) => SeiNode | undefined;
  readonly record: (node: KubernetesObject, events: readonly NodeEvent[]) => Promise<void>;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly signal: AbortSignal;
};

/** Milliseconds between two nodes: a policy that opens a fleet must not be as many requests at once. */
const pace = 100;

/** By rule, what is said of a node; several findings of a rule are one. */
type Said = ReadonlyMap<string, string>;

type Told = { readonly key: string; readonly said: Said };

/** Tells of each node which rules it breaks, and no more, as that changes. What changes back meanwhile is told by nobody. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** By UID: what is made anew under a name was told nothing. */
  readonly #told = new Map<string, Told>();
  /** By UID. */
  readonly #wanted = new Map<string, Told>();
  #isWorking = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** To be told of every namespace that was judged. Where not all was, what is not found may be there all the same. */
  judged({ nodes, unjudged, subjects }: Pick<Audited, 'nodes' | 'unjudged' | 'subjects'>): void {
    this.#forgetGone();
    const found = Map.groupBy(nodes, ({ object }) => objectKey(object.namespace, object.name));
    for (const { kind, metadata } of subjects) {
      if (kind !== 'SeiNode') continue;
      const { namespace, name, uid = '' } = metadata;
      const key = objectKey(namespace, name);
      const before = unjudged.length > 0 ? [...(this.#told.get(uid)?.said ?? [])] : [];
      this.#wanted.set(uid, { key, said: new Map([...before, ...saidOf(found.get(key) ?? [])]) });
    }
    if (!this.#isWorking) void this.#work();
  }

  /** Of a node that is gone nobody judges anything any more. */
  #forgetGone(): void {
    for (const [uid, { key }] of this.#told) {
      if (this.#options.node(key)?.metadata.uid !== uid) this.#told.delete(uid);
    }
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    const { signal, wait } = this.#options;
    for (const [uid, { key, said }] of this.#wanted) {
      if (signal.aborted) break;
      this.#wanted.delete(uid);
      if (await this.#tell(uid, key, said)) await wait(pace);
    }
    this.#isWorking = false;
  }

  /** @returns whether there was anything to tell. */
  async #tell(uid: string, key: string, said: Said): Promise<boolean> {
    const before = this.#told.get(uid)?.said ?? new Map();
    const node = this.#options.node(key);
    const isThere = node?.metadata.uid === uid;
    if (isThere && said.size > 0) this.#told.set(uid, { key, said });
    else this.#told.delete(uid);
    const events = isThere ? changes(before, said) : [];
    if (isThere && events.length > 0) await this.#options.record(node, events);
    return events.length > 0;
  }
}

function saidOf(found: readonly Found[]): Said {
  const byRule = Map.groupBy(found, ({ rule }) => rule);
  return new Map([...byRule].map(([rule, [first]]) => [rule, first!.message]));
}

function changes(before: Said, now: Said): NodeEvent[] {
  const appeared = [...now].filter(([rule]) => !before.has(rule));
  const gone = [...before.keys()].filter(rule => !now.has(rule));
  return [
    ...appeared.map(([rule, message]) => ({
      type: 'Warning' as const,
      reason: 'PolicyViolation',
      message: `${rule}: ${message}`,
    })),
    ...gone.map(rule => ({
      type: 'Normal' as const,
      reason: 'PolicyViolationGone',
      message: `${rule}: nothing is found any more`,
    })),
  ];
}
