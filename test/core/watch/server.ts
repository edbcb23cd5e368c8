import type { Fields } from '../../../core/schema/structural.ts';
import type { Source } from '../../../core/watch/follow.ts';
import type { Refusal } from '../../../core/watch/retry.ts';
import type { VirtualClock } from '../../virtual-clock.ts';

type Happened = { readonly type: 'applied' | 'deleted'; readonly object: Fields; readonly revision: number };

/** The milliseconds of a watch's life, between bookmarks, and after which a client gives up a dead one. */
const [lifetime, bookmarkEvery, stallLimit] = [290_000, 60_000, 320_000];

export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(JSON.stringify(refusal));
    this.refusal = refusal;
  }
}

/** One collection of an API server in small: a history, what of it is compacted, and what goes wrong with requests. */
export class Server implements Source {
  revision = 1_000_000;
  compacted = 0;
  /** What the next requests are answered. */
  refusals: Refusal[] = [];
  /** How the open watch ends at its next look: in order, or by a fault. */
  cut: Refusal | 'end' | undefined;
  /** The open watch is dead: nothing comes any more. */
  dead = false;
  /** So many of the last events are told again. */
  repeat = 0;
  wholeLists = 0;
  #history: Happened[] = [];
  restored = false;
  #uids = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get objects(): Map<string, Fields> {
    const objects = new Map<string, Fields>();
    for (const { type, object } of this.#history) {
      if (type === 'applied') objects.set(nameOf(object), object);
      else objects.delete(nameOf(object));
    }
    return objects;
  }

  put(name: string): void {
    const uid = (this.objects.get(name)?.metadata as Fields | undefined)?.uid ?? `uid-${++this.#uids}`;
    this.#write('applied', name, uid);
  }

  remove(name: string): void {
    const known = this.objects.get(name);
    if (known) this.#write('deleted', name, (known.metadata as Fields).uid);
  }

  /** etcd as it was some writes ago; what is written from now on does not catch up with what clients know. */
  restore(writes: number): void {
    if (this.restored || writes === 0) return;
    this.#history = this.#history.slice(0, -writes);
    this.revision = this.#history.at(-1)?.revision ?? 1_000_000;
    this.compacted = Math.min(this.compacted, this.revision);
    this.restored = true;
    this.cut = {};
  }

  list = async () => {
    const items: Fields[] = [];
    const [revision, all] = [this.revision, [...this.objects.values()]];
    for (let page = 0; page < 3; page += 1) {
      await this.#request(revision);
      items.push(...all.slice(page * 2, page === 2 ? undefined : page * 2 + 2));
    }
    this.wholeLists += 1;
    return { type: 'listed' as const, items: structuredClone(items), resourceVersion: String(revision) };
  };

  async *watch(from: string, stands: () => void) {
    await this.#request(Number(from));
    stands();
    [this.cut, this.dead, this.repeat] = [undefined, false, 0];
    const opened = this.#clock.now;
    let [told, marked] = [Number(from), opened];
    for (let quiet = opened; ; await this.#clock.sleep(1000)) {
      if (this.dead && this.#clock.now - quiet < stallLimit) continue;
      if (this.dead) throw new Refused({});
      if (this.cut === 'end' || this.#clock.now - opened > lifetime) return;
      if (this.cut) throw new Refused(this.cut);
      const again = this.#history.slice(this.#history.length - this.repeat);
      this.repeat = 0;
      for (const { type, object, revision } of [
        ...again,
        ...this.#history.filter(each => each.revision > told),
      ]) {
        yield { type, object: structuredClone(object) };
        told = Math.max(told, revision);
        quiet = this.#clock.now;
      }
      if (this.#clock.now - marked >= bookmarkEvery) {
        marked = this.#clock.now;
        if (this.revision > Number(from)) yield { type: 'bookmark' as const, resourceVersion: String(told) };
      }
    }
  }

  refusalOf = (error: unknown): Refusal => {
    if (error instanceof Refused) return error.refusal;
    throw error;
  };

  async #request(revision: number): Promise<void> {
    await this.#clock.sleep(20);
    const refusal = this.refusals.shift();
    if (refusal) throw new Refused(refusal);
    if (revision < this.compacted) throw new Refused({ status: 410, reason: 'Expired' });
  }

  #write(type: Happened['type'], name: string, uid: unknown): void {
    this.revision += this.restored ? 1 : 1000;
    const metadata = { name, namespace: 'default', uid, resourceVersion: String(this.revision) };
    this.#history.push({
      type,
      object: { metadata, unknown: { field: [this.revision] } },
      revision: this.revision,
    });
  }
}

function nameOf(object: Fields): string {
  return String((object.metadata as Fields).name);
}
