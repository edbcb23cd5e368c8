import { isOlder } from './resource-version.ts';
import type { Store } from './store.ts';

type Expected = { readonly resourceVersion: string; readonly listings: number; readonly since: number };

/** Milliseconds after which an own write is no longer waited for: etcd may have been restored to before it. */
const patience = 30_000;

/**
 * Own writes that a store has not heard of yet: an event often comes after the answer to the write. What was written is
 * known once the store is of that moment or a later one, whatever became of the object.
 */
export class Expectations {
  readonly #expected = new Map<string, Expected>();
  readonly #store: Pick<Store, 'resourceVersion' | 'listings'>;

  constructor(store: Pick<Store, 'resourceVersion' | 'listings'>) {
    this.#store = store;
  }

  /**
   * Remembers an own write, if it is the latest of its key.
   *
   * @param key who waits for it: the object, or the one that it was written for.
   * @param now milliseconds of a clock that only goes forward, here and below.
   */
  expect(key: string, resourceVersion: string, now: number): void {
    const known = this.#expected.get(key);
    const { listings } = this.#store;
    if (known && known.listings === listings && isOlder(resourceVersion, known.resourceVersion)) return;
    this.#expected.set(key, { resourceVersion, listings, since: now });
  }

  /** Whether the store knows the last own write of a key, or it is no longer waited for: after a list, or 30 s. */
  mayReconcile(key: string, now: number): boolean {
    const expected = this.#expected.get(key);
    if (expected === undefined) return true;
    const { resourceVersion, listings } = this.#store;
    const over =
      !isOlder(resourceVersion, expected.resourceVersion) ||
      listings !== expected.listings ||
      now - expected.since >= patience;
    if (over) this.#expected.delete(key);
    return over;
  }
}
