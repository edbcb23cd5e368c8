import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJSON } from '../../core/json.ts';
import { failure } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import { setInConfig } from '../config/files.ts';
import { peerAddress } from '../peers/address.ts';
import { findPeers, type PeerSource, sourceFaults } from '../peers/sources.ts';
import type { TaskKind } from './task.ts';

const texts = { type: 'array', items: { type: 'string' } };

/** Finds peers and puts them into config.toml, each once; fails where there is none, for the operator asks again. */
export const discoverPeers: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['sources'],
    properties: {
      sources: {
        type: 'array',
        minItems: 1,
        description: 'Where peers are looked for; all that are found count.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['type'],
          properties: {
            type: { enum: ['static', 'dnsEndpoints', 'ec2Tags'], description: 'What is looked at.' },
            addresses: { ...texts, description: 'static: peers as NODE_ID@HOST:PORT.' },
            endpoints: {
              ...texts,
              description: 'dnsEndpoints: hosts whose RPC on 26657 is asked for the node id.',
            },
            region: { type: 'string', description: 'ec2Tags: where EC2 is asked.' },
            tags: {
              type: 'object',
              additionalProperties: { type: 'string' },
              description: 'ec2Tags: what a running instance carries, all of them; * and ? stand for others.',
            },
          },
        },
      },
    },
  },
  exclusive: true,
  run: async (params, { settings: { home }, signal, log }) => {
    const sources = params.sources as readonly PeerSource[];
    const faults = sourceFaults(sources);
    if (faults.length > 0) return failure(faults.join('; '));
    const found = await findPeers(sources, signal).catch(error => {
      if (signal.aborted) return failure('the task was cut off');
      throw error;
    });
    if (signal.aborted) return failure('the task was cut off');
    if (!found.ok) return found;
    const { peers, silent } = found.value;
    const own = await ownNodeID(home);
    const others = [...new Set(peers)].filter(peer => peerAddress(peer)?.id !== own).toSorted();
    if (others.length === 0) {
      return failure(
        `no peer was found${peers.length > 0 ? ' but this node itself' : ''}: ${silent.join('; ')}`,
      );
    }
    log.info('peers were found', { peers: others.length, silent });
    return setInConfig(home, [{ path: ['p2p', 'persistent-peers'], value: others.join(',') }]);
  },
};

/** Of the node's key only the id is read. A home without a key has none yet. */
async function ownNodeID(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'config', 'node_key.json'), 'utf8').catch(() => '');
  const key = parseJSON(text);
  return isFields(key) && typeof key.id === 'string' ? key.id.toLowerCase() : undefined;
}
