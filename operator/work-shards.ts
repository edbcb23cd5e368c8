import type { Client } from '../cluster/client.ts';
import { durations } from '../core/leader-election.ts';
import type { Log } from '../core/log.ts';
import { ownIdentity } from './lead.ts';
import { clock } from './leader-election/fence.ts';
import { shardLeasesOf } from './leader-election/leases.ts';
import type { ShardFence } from './leader-election/shard-fence.ts';
import { holdShards } from './leader-election/shards.ts';
import type { Manager } from './manager.ts';
import type { Share } from './share.ts';
import { waiting } from './waiting.ts';

export type WorkShardsOptions = {
  /** The election's own. */
  readonly client: Client;
  readonly fence: ShardFence;
  readonly share: Share;
  readonly manager: Pick<Manager, 'letGo'>;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Works what is queued until `stop`; resolves once nothing is written any more. */
  readonly work: () => Promise<void>;
};

/** Works a fair share of the shards while the group leads, and lets go of it in the end. @throws what a look at all there is throws */
export async function workShards(options: WorkShardsOptions): Promise<void> {
  const { client, fence, share, manager, log, stop, work } = options;
  const [over, failing] = [new AbortController(), Promise.withResolvers<never>()];
  const identity = ownIdentity();
  log.info('takes shards', { of: fence.count, identity });
  const holding = holdShards({
    ...{ identity, durations, fence, clock, stop, random: Math.random, wait: waiting },
    leases: shardLeasesOf(client, client.namespace, fence.count),
    signal: over.signal,
    gained: shard => {
      log.info('takes a shard', { shard });
      share.take(shard).catch(failing.reject);
    },
    giving: async shard => {
      log.info('gives a shard away', { shard });
      share.drop(shard);
      await manager.letGo();
    },
    failed: error => log.error(error, 'the Leases of shards cannot be read or written'),
  });
  await Promise.race([work(), failing.promise]);
  over.abort();
  await holding;
}
