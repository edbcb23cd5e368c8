import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { secrets } from '../../cluster/resource.ts';
import type { SecretLookup } from '../../core/findings/judgeable.ts';
import { lookUp } from '../source/secret-reads.ts';
import type { Rights } from './rights.ts';

/** Reads a Secret for `secretFacts`; undefined where the caller may not. @throws ClusterError */
export function readSecret(
  client: Client,
  rights: Rights,
  namespace: string,
  name: string,
): Promise<SecretLookup | undefined> {
  return rights.reading({ verb: 'get', resource: secrets, namespace, name }, () =>
    lookUp(client, namespace, name).catch(error => {
      // It is there, and no Secret that anybody understands.
      if (error instanceof ClusterError && error.fault.status === 200) {
        return { found: 'unreadable', why: error.message } as const;
      }
      throw error;
    }),
  );
}
