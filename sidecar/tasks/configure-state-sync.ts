import { failure, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';
import { setInConfig } from '../config/files.ts';
import { goDuration } from '../go-duration.ts';
import { isMarked, mark } from '../home/markers.ts';
import { serverName } from '../rpc/comet.ts';
import { newestSnapshot } from '../state-sync/snapshots.ts';
import { type TrustPoint, trustPoint } from '../state-sync/trust.ts';
import { witnessesOf } from '../state-sync/witnesses.ts';
import type { Setting } from '../toml/edit.ts';
import type { TaskKind } from './task.ts';

type Params = {
  readonly useLocalSnapshot?: boolean;
  readonly trustPeriod?: string;
  readonly backfillBlocks?: number;
  readonly rpcServers?: readonly string[];
};

/** Tells seid which block to trust and where to sync its state from. A home that was told once is left as it is. */
export const configureStateSync: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      useLocalSnapshot: {
        type: 'boolean',
        description: 'Starts from the newest snapshot in data/snapshots.',
      },
      trustPeriod: {
        type: 'string',
        description: 'How long the trusted block is trusted, such as 168h0m0s.',
      },
      backfillBlocks: {
        type: 'integer',
        minimum: 0,
        description: 'Blocks before the snapshot that are fetched too.',
      },
      rpcServers: {
        type: 'array',
        items: { type: 'string' },
        description: 'The witnesses as HOST:PORT; else the hosts of persistent-peers, at 26657.',
      },
    },
  },
  exclusive: true,
  run: async (params, { settings: { home, chainID }, signal, log }) => {
    if (isMarked(home, 'statesync')) return success(undefined);
    const { useLocalSnapshot = false, trustPeriod } = params as Params;
    if (trustPeriod && !((goDuration(trustPeriod) ?? 0) > 0)) {
      return failure(`trustPeriod is ${shown(trustPeriod)}; it must be a duration above 0, such as 168h`);
    }
    const witnesses = await witnessesOf(home, (params as Params).rpcServers);
    if (!witnesses.ok) return witnesses;
    const height = useLocalSnapshot ? await newestSnapshot(home) : success(undefined);
    if (!height.ok) return height;
    const point = await trustPoint(witnesses.value, chainID, height.value, signal);
    if (!point.ok) return point;
    const written = await setInConfig(home, settingsOf(params as Params, point.value));
    if (!written.ok) return written;
    log.info('state sync is configured', {
      height: String(point.value.height),
      witnesses: point.value.witnesses,
    });
    await mark(home, 'statesync');
    return success(undefined);
  },
};

function settingsOf(
  { useLocalSnapshot = false, trustPeriod, backfillBlocks }: Params,
  { height, hash, witnesses }: TrustPoint,
): Setting[] {
  const values = {
    enable: true,
    'rpc-servers': witnesses.map(serverName).join(','),
    'trust-height': height,
    'trust-hash': hash,
    'use-local-snapshot': useLocalSnapshot,
    ...(trustPeriod && { 'trust-period': trustPeriod }),
    ...(backfillBlocks && { 'backfill-blocks': BigInt(backfillBlocks) }),
  };
  return Object.entries(values).map(([key, value]) => ({ path: ['statesync', key], value }));
}
