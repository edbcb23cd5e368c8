import type { Client } from '../../cluster/client.ts';
import { nobodyLedBetween } from '../../core/led-between.ts';
import { operatorLeases } from './rivals.ts';

/** Looks at who leads. @returns asks whether anybody but this process may have led since. Neither throws: who cannot tell says so. */
export async function ledSince(client: Client): Promise<() => Promise<boolean>> {
  const look = () => operatorLeases(client).catch(() => []);
  const before = await look();
  return async () => !nobodyLedBetween(before, await look(), client.namespace);
}
