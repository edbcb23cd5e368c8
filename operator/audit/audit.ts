import type { Resource } from '../../cluster/resource.ts';
import type { Found, Unjudged } from '../../core/findings/finding.ts';
import type { Delta } from '../../core/watch/store.ts';
import { type Clock, Delays } from '../delays.ts';
import type { KnownNetwork } from '../posture/known-network.ts';
import type { Audited } from './judge-namespace.ts';
import { relevantTo } from './relevant.ts';

export type AuditOptions = {
  readonly clock: Clock & { readonly date: () => number };
  /** Undefined as long as nothing is known. */
  readonly known: () => KnownNetwork | undefined;
  /** Every namespace in which there may be something to judge. */
  readonly namespaces: () => Iterable<string>;
  /** Whether a namespace is judged here. */
  readonly works: (namespace: string) => boolean;
  readonly judge: (namespace: string, known: KnownNetwork) => Promise<Audited>;
  /** Told of every namespace that was judged. It must not throw. */
  readonly judged: (namespace: string, now: Audited) => void;
  /** Told that all namespaces were judged, as they are now and then. */
  readonly ran: () => void;
  /** Told what keeps the list from being whole, each time that changes; nothing where it is whole again. */
  readonly incomplete: (why: readonly string[]) => void;
  readonly failed: (namespace: string, error: unknown) => void;
  readonly signal: AbortSignal;
};

/** Milliseconds from a change until its namespace is judged: of what belongs together most is then there. */
const settle = 1_000;
/** A namespace that was judged is left alone for so long, and for so many times as long as that took. */
const [shortest, rest] = [10_000, 20];
/** All are judged again this often, whatever was heard: time passes, and a watch may have missed something. */
const period = 600_000;

/**
 * What `policy check` would say of the whole cluster, namespace by namespace: those that a change may matter to, and every
 * ten minutes all. One is judged at a time.
 */
export class Audit {
  /** When all that was to be judged last was, Unix seconds; undefined before. */
  lastRun: number | undefined;
  /** Seconds that the last run over every namespace took. */
  duration: number | undefined;
  readonly #options: AuditOptions;
  readonly #audited = new Map<string, Audited>();
  readonly #rests = new Map<string, number>();
  readonly #waiting = new Set<string>();
  readonly #due: Delays;
  #begun = false;
  #fullSince: number | undefined;
  #isWorking = false;
  #why = '';
  #cancel = () => {};

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#due = new Delays(options.clock, namespace => this.#take([namespace]));
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** From now on it is judged, all of it first; the same where more is than before. */
  begin(): void {
    this.#begun = true;
    this.#cancel();
    this.#all();
  }

  /** To be told that less is judged here than before: of the rest nothing is known any more. */
  letGo(): void {
    for (const namespace of this.#audited.keys())
      if (!this.#options.works(namespace)) this.#forget(namespace);
  }

  #forget(namespace: string): void {
    this.#audited.delete(namespace);
    this.#rests.delete(namespace);
  }

  /** To be told of every change, after the stores have it. */
  heard(resource: Resource, delta: Delta): void {
    if (!this.#begun) return;
    const whose = relevantTo(resource, delta, this.#options.known());
    if (whose.kind === 'everybody') this.touchAll();
    if (whose.kind === 'namespace') this.#touch(whose.name);
  }

  /** To be told that all may be judged otherwise: who may connect, caveats, pods of the controller or of monitoring. */
  touchAll(): void {
    if (this.#begun) for (const namespace of this.#namespaces()) this.#touch(namespace);
  }

  /** The findings, as `policy check` orders them. Not all of them where `unjudged` has something. */
  findings(): readonly Found[] {
    const sorted = this.#sorted();
    return [...sorted.flatMap(({ nodes }) => nodes), ...sorted.flatMap(({ orphans }) => orphans)];
  }

  /** The namespaces in which there is something to judge. */
  namespaces(): ReadonlySet<string> {
    return new Set(this.#audited.keys());
  }

  /** What could not be read or judged, each once. */
  unjudged(): readonly Unjudged[] {
    const all = this.#sorted().flatMap(({ unjudged }) => unjudged);
    return [...new Map(all.map(each => [each.message, each])).values()];
  }

  #sorted(): Audited[] {
    return [...this.#audited].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, audited]) => audited);
  }

  #namespaces(): Set<string> {
    return new Set([...this.#options.namespaces(), ...this.#audited.keys()]);
  }

  #touch(namespace: string): void {
    const left = (this.#rests.get(namespace) ?? 0) - this.#options.clock.now();
    this.#due.add(namespace, Math.max(settle, left));
  }

  #end(): void {
    this.#begun = false;
    this.#waiting.clear();
    this.#due.clear();
    this.#cancel();
  }

  #all(): void {
    this.#fullSince = this.#options.clock.now();
    this.#cancel = this.#options.clock.after(period, () => this.#all());
    this.#take(this.#namespaces());
  }

  #take(namespaces: Iterable<string>): void {
    for (const namespace of namespaces) this.#waiting.add(namespace);
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    const { clock, known } = this.#options;
    for (const namespace of this.#waiting) {
      this.#waiting.delete(namespace);
      if (!this.#options.works(namespace)) continue;
      const basis = known();
      // Soon it will be known.
      if (basis === undefined) this.#due.add(namespace, settle);
      else await this.#judge(namespace, basis);
    }
    this.#isWorking = false;
    if (!this.#begun || known() === undefined) return;
    this.lastRun = clock.date() / 1000;
    this.#tellIncomplete();
    if (this.#fullSince === undefined) return;
    this.duration = (clock.now() - this.#fullSince) / 1000;
    this.#fullSince = undefined;
    this.#options.ran();
  }

  async #judge(namespace: string, basis: KnownNetwork): Promise<void> {
    const { clock, judge, judged, failed } = this.#options;
    const begun = clock.now();
    this.#due.drop(namespace);
    try {
      const audited = await judge(namespace, basis);
      if (!this.#options.works(namespace)) return this.#forget(namespace);
      if (isEmpty(audited)) this.#audited.delete(namespace);
      else this.#audited.set(namespace, audited);
      judged(namespace, audited);
    } catch (error) {
      failed(namespace, error);
      const message = `the namespace ${namespace} could not be judged, the log says why`;
      this.#audited.set(namespace, { ...nothing, unjudged: [{ message }] });
    }
    const now = clock.now();
    // One in which there is nothing left may never be judged again.
    if (this.#audited.has(namespace))
      this.#rests.set(namespace, now + Math.max(shortest, rest * (now - begun)));
    else this.#rests.delete(namespace);
  }

  #tellIncomplete(): void {
    const why = this.unjudged().map(({ message }) => message);
    if (why.join('\n') === this.#why) return;
    this.#why = why.join('\n');
    this.#options.incomplete(why);
  }
}

const nothing: Audited = { nodes: [], orphans: [], unjudged: [], subjects: [] };

function isEmpty({ unjudged, subjects }: Audited): boolean {
  return unjudged.length === 0 && subjects.length === 0;
}
