import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { readIdentity } from '../ceremony/identity.ts';
import { setInConfig } from '../config/files.ts';
import { peerAddress } from '../peers/address.ts';
import type { TaskKind } from './task.ts';

const longest = 1024 * 1024;

/**
 * Puts the peers that the assembler has written into config.toml, without the node itself; one alone has none. The SDK of S3
 * is loaded as it runs.
 */
export const setGenesisPeers: TaskKind = {
  params: { type: 'object', additionalProperties: false },
  exclusive: true,
  run: async (_, { settings: { home, chainID, genesisBucket }, signal, log }) => {
    if (!genesisBucket) return failure('SEI_GENESIS_BUCKET is not set: there is no bucket with peers.json');
    const identity = await readIdentity(home);
    if (!identity.ok) return identity;
    const { readObject } = await import('../s3/objects.ts');
    const content = await readObject(genesisBucket, `${chainID}/peers.json`, longest, signal);
    if (!content.ok) return content;
    const peers = peersIn(content.value.toString());
    if (!peers.ok) return failure(`${chainID}/peers.json in bucket ${genesisBucket.name} ${peers.error}`);
    const others = peers.value.filter(peer => peerAddress(peer)?.id !== identity.value.nodeID);
    log.info('the peers of the genesis are taken', { peers: others.length });
    return setInConfig(home, [{ path: ['p2p', 'persistent-peers'], value: others.join(',') }]);
  },
};

function peersIn(text: string): Result<string[]> {
  const peers = parseJSON(text);
  const isRight = Array.isArray(peers) && peers.every(peer => typeof peer === 'string' && peerAddress(peer));
  return isRight ? success(peers) : failure('is no list of NODE_ID@HOST:PORT');
}
