import type { Client } from '../../cluster/client.ts';
import { rightsOf } from '../../core/doctor/caller.ts';
import type { Facts } from '../../core/doctor/facts.ts';
import { listJournals } from '../toggle/journals.ts';
import { Rights } from '../toggle/rights.ts';
import { attempted } from './reading.ts';

/**
 * Reads the toggles that are there, and asks what the caller may not do.
 *
 * @param namespace of toggles. @param rightsIn where rights are asked for. Absent for every one.
 */
export async function readCaller(
  client: Client,
  namespace: string | undefined,
  rightsIn: string | undefined,
): Promise<Pick<Facts, 'toggles' | 'denied'>> {
  const [toggles, denied] = await Promise.all([
    attempted(() => listJournals(client, namespace)),
    attempted(async () => {
      const rights = new Rights(client);
      await rights.review(...rightsOf(rightsIn));
      return rights.denied;
    }),
  ]);
  return { toggles, denied };
}
