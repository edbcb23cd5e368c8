import type { Client } from '../../cluster/client.ts';
import { reflect } from '../../cluster/reflector.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { Store } from '../../core/watch/store.ts';
import { clock } from '../leader-election/fence.ts';
import { waiting } from '../waiting.ts';
import { configurationName, validatingWebhookConfigurations } from './names.ts';

export type FollowedOptions = {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Told after every change. */
  readonly heard: () => void;
  /** Told once of what keeps it from being read, until it is read. */
  readonly failed: (error: unknown) => void;
};

/** The one ValidatingWebhookConfiguration that is ours, followed apart from all else: who may not see it works all the same. */
export class Followed {
  readonly #store = new Store();
  readonly #options: FollowedOptions;
  #isRefused = false;

  constructor(options: FollowedOptions) {
    this.#options = options;
    void this.#follow();
  }

  /** Whether it was listed, was refused, or neither yet. */
  get state(): 'listed' | 'refused' | 'unknown' {
    if (this.#store.synced) return 'listed';
    return this.#isRefused ? 'refused' : 'unknown';
  }

  /** As it was last heard of; undefined where there is none. */
  get object(): Fields | undefined {
    return this.#store.get(`/${configurationName}`);
  }

  #follow(): Promise<void> {
    const { client, signal, heard, failed } = this.#options;
    const query = { fieldSelector: `metadata.name=${configurationName}` };
    return reflect(client, { resource: validatingWebhookConfigurations, query }, this.#store, {
      ...{ signal, heard, now: clock.now, random: Math.random },
      wait: milliseconds => waiting(milliseconds, signal),
      opened: () => {
        this.#isRefused = false;
      },
      failed: (error, trouble) => {
        if (trouble === 'none') return;
        if (!this.#isRefused) failed(error);
        this.#isRefused = true;
      },
    });
  }
}
