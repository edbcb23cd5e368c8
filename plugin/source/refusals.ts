import type { ClusterError } from '../../cluster/error.ts';
import type { Fault } from './fleet.ts';

/** Collects why parts of a cluster could not be read, so that one cause is one sentence. */
export class Refusals {
  readonly #first = new Map<string, { readonly message: string; readonly others: string[] }>();

  /** @param what could not be read, in the plural. */
  add(what: string, { message, fault }: ClusterError): void {
    const cause = fault.status === undefined ? message : String(fault.status);
    const known = this.#first.get(cause);
    if (known === undefined) this.#first.set(cause, { message, others: [] });
    else known.others.push(what);
  }

  /** One fault for each cause. */
  faults(): Fault[] {
    return [...this.#first.values()].map(({ message, others }) => ({
      message: others.length === 0 ? message : `${message}; the same for ${others.toSorted().join(', ')}`,
    }));
  }
}
