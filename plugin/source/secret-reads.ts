import pLimit from 'p-limit';
import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { secrets } from '../../cluster/resource.ts';
import { connections } from '../../cluster/transport.ts';
import type { SecretLookup } from '../../core/findings/judgeable.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import { decodeSecret } from './decode.ts';
import type { Fleet } from './fleet.ts';

/** Reads the Secrets that nodes name: by name, each once, a few at a time, begun as soon as the name is known. */
export class SecretReads {
  readonly #client: Client;
  readonly #limit = pLimit(connections);
  readonly #reads = new Map<string, Promise<void>>();
  readonly #lookups = new Map<string, SecretLookup>();
  readonly #failed = new Map<string, { readonly first: string; readonly more: number }>();
  #lost: ClusterError | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Begins to read the Secret of a node, where it has one. */
  want(node: SeiNode): void {
    const name = tlsSecretName(node);
    const { namespace } = node.metadata;
    const key = objectKey(namespace, name ?? '');
    if (name !== undefined && !this.#reads.has(key)) {
      this.#reads.set(
        key,
        this.#limit(() => this.#read(key, namespace, name)),
      );
    }
  }

  /** Waits for all. @returns the look-up, and per namespace and cause why some could not be read. */
  async done(): Promise<Pick<Fleet, 'secret' | 'faults'>> {
    await Promise.all(this.#reads.values());
    const faults = [...this.#failed.values()].map(({ first, more }) => ({
      message:
        more === 0 ? first : `${first}; the same for ${more} more ${more === 1 ? 'Secret' : 'Secrets'}`,
    }));
    const lookups = this.#lookups;
    return {
      secret: (namespace, name) => lookups.get(objectKey(namespace, name)) ?? { found: 'no' },
      faults,
    };
  }

  async #read(key: string, namespace: string, name: string): Promise<void> {
    try {
      // Where the way to the server is gone, waiting for each Secret would take for ever.
      if (this.#lost) throw this.#lost;
      this.#lookups.set(key, kept(await lookUp(this.#client, namespace, name)));
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      if (error.fault.status === undefined) this.#lost = error;
      this.#lookups.set(key, { found: 'unreadable', why: error.message });
      const cause = this.#lost ? '' : `${error.fault.status} ${namespace}`;
      const known = this.#failed.get(cause);
      this.#failed.set(cause, known ? { ...known, more: known.more + 1 } : { first: error.message, more: 0 });
    }
  }
}

/** The entries that are read: certificate, key, authority. */
const judged = new Set(['tls.crt', 'tls.key', 'ca.crt']);

/** Of ten thousand Secrets only what is judged of them is kept. */
function kept(lookup: SecretLookup): SecretLookup {
  if (lookup.found !== 'yes') return lookup;
  const { metadata, data = {}, ...secret } = lookup.secret;
  const { namespace, name } = metadata;
  const entries = Object.entries(data).filter(([key]) => judged.has(key));
  return {
    found: 'yes',
    secret: { ...secret, metadata: { namespace, name }, data: Object.fromEntries(entries) },
  };
}

/** Reads one Secret. @throws ClusterError, with status 200 for one that cannot be understood. */
export async function lookUp(client: Client, namespace: string, name: string): Promise<SecretLookup> {
  const value = await getIfThere(client, { verb: 'get', resource: secrets, namespace, name });
  if (value === undefined) return { found: 'no' };
  const { faults, secret } = decodeSecret(value, namespace);
  if (faults.length > 0) {
    const why = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new ClusterError(`the Secret ${objectKey(namespace, name)} cannot be understood: ${why}`, {
      status: 200,
    });
  }
  return { found: 'yes', secret };
}
