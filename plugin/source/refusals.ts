import type { ClusterError } from '../../cluster/error.ts';
import type { Fault } from './fleet.ts';

/** Collects why parts of a cluster could not be read, so that one cause is one sentence. */
export class Refusals {
  readonly #byCause = new Map<string, { readonly what: string; readonly message: string }[]>();

  /** @param what could not be read, in the plural. */
  add(what: string, { message, fault }: ClusterError): void {
    const cause = fault.status === undefined ? message : String(fault.status);
    const known = this.#byCause.get(cause) ?? [];
    this.#byCause.set(cause, known);
    known.push({ what, message });
  }

  /** One fault for each cause. What was refused first makes no difference. */
  faults(): Fault[] {
    const texts = [...this.#byCause.values()].map(refused => {
      const [{ message } = { message: '' }, ...others] = refused.toSorted((a, b) =>
        a.what < b.what ? -1 : 1,
      );
      const names = others.map(({ what }) => what).join(', ');
      return names === '' ? message : `${message}; the same for ${names}`;
    });
    return texts.toSorted().map(message => ({ message }));
  }
}
