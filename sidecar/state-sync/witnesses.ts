import { failure, type Result, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';
import { readCometConfig } from '../config/files.ts';
import { peerAddress } from '../peers/address.ts';
import { rpcURL } from '../rpc/comet.ts';
import { entryAt, parseTOML } from '../toml/document.ts';

/**
 * The RPCs that are to be asked, as HOST:PORT, each once: those given, else the hosts of the peers in config.toml.
 *
 * @returns else why there are no two. @throws a fault of the file system.
 */
export async function witnessesOf(
  home: string,
  rpcServers: readonly string[] = [],
): Promise<Result<string[]>> {
  if (rpcServers.length > 0) return twoOrMore(rpcServers, 'rpcServers');
  const config = await readCometConfig(home);
  if (!config.ok) return config;
  const document = parseTOML(config.value);
  if (!document.ok) return failure(`config.toml ${document.error}`);
  const peers = String(entryAt(document.value, ['p2p', 'persistent-peers'])?.value ?? '').split(',');
  const hosts = peers.flatMap(peer => peerAddress(peer.trim())?.host ?? []);
  return twoOrMore(
    hosts.map(host => `${host}:26657`),
    'p2p.persistent-peers of config.toml',
  );
}

function twoOrMore(endpoints: readonly string[], where: string): Result<string[]> {
  const wrong = endpoints.filter(endpoint => rpcURL(endpoint) === undefined);
  if (wrong.length > 0) return failure(`${where} has ${wrong.map(shown).join(', ')}; it must be HOST:PORT`);
  const each = [...new Set(endpoints)];
  if (each.length >= 2) return success(each);
  return failure(
    `${where} names ${each.join(', ') || 'no RPC'}; state sync needs two or more that tell the same`,
  );
}
