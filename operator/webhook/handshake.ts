import { connect } from 'node:tls';
import type { Fields } from '../../core/schema/structural.ts';
import { bundleOf } from './configuration.ts';

/** Where the webhook is asked for, by what name and verified by what. */
export type Asked = {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  /** In PEM. */
  readonly authorities: readonly string[];
};

const patience = 3_000;

/**
 * Shakes hands as the API server would for each webhook of a configuration.
 *
 * @returns why one of them cannot be reached, one clause; undefined where all can, or there are none.
 */
export async function handshakes(
  configuration: Fields,
  where: Omit<Asked, 'authorities'>,
): Promise<string | undefined> {
  const bundles = bundleOf(configuration)?.authorities ?? [];
  const different = new Map(bundles.map(authorities => [authorities.join(''), authorities]));
  const asked = [...different.values()].map(authorities => handshake({ ...where, authorities }));
  return (await Promise.all(asked)).find(answer => answer !== undefined);
}

function handshake({ host, port, serverName, authorities }: Asked): Promise<string | undefined> {
  if (authorities.length === 0) return Promise.resolve('its caBundle is empty');
  const ca = authorities.join('');
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: reachable(host), port, servername: serverName, ca });
  socket
    .setTimeout(patience, () => resolve('the webhook does not answer'))
    .on('secureConnect', () => resolve(undefined))
    .on('error', error => resolve(error.message))
    .on('close', () => resolve('the webhook closed the connection'));
  return promise.finally(() => socket.destroy());
}

/** Who listens at every address listens at this one. */
function reachable(host: string): string {
  if (host === '::') return '::1';
  return host === '0.0.0.0' ? '127.0.0.1' : host;
}
