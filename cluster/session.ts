import type { Agent } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Credentials, TLSOptions } from './credentials.ts';

/** Credentials, and the connections they are used on. */
export type Session = { readonly credentials: Credentials; readonly agent: Agent };

/** How a session comes about. */
export type Opening = {
  readonly credentials: () => Promise<Credentials>;
  readonly connect: (tls: TLSOptions) => Agent;
};

/** The session of a client: opened at the first request, made anew once its credentials no longer count. */
export class Sessions {
  readonly #opening: Opening;
  readonly #agents = new Set<Agent>();
  #next: Promise<Session> | undefined;
  #current: Session | undefined;

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  /** The session that counts at a moment (Unix milliseconds). @throws ClusterError where there can be none; it is tried again then. */
  async at(now: number): Promise<Session> {
    this.#next ??= this.#open();
    const session = await this.#next;
    return session.credentials.expires > now ? session : this.renew(session);
  }

  /** A session in place of one that is of no use: one for all requests that found it so. @throws ClusterError */
  renew(old: Session): Promise<Session> {
    if (this.#current === old || this.#next === undefined) {
      this.#current = undefined;
      this.#next = this.#open(old);
    }
    return this.#next;
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    for (const agent of this.#agents) agent.destroy();
  }

  async #open(old?: Session): Promise<Session> {
    try {
      const credentials = await this.#opening.credentials();
      // Only another certificate needs other connections. The old are not closed under those who still use them.
      const isSame = isDeepStrictEqual(old?.credentials.tls, credentials.tls);
      const agent = old && isSame ? old.agent : this.#opening.connect(credentials.tls);
      this.#agents.add(agent);
      this.#current = { credentials, agent };
      return this.#current;
    } catch (error) {
      this.#next = undefined;
      throw error;
    }
  }
}
