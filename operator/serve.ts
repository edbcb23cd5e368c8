import type { Registry } from 'prom-client';
import type { Log } from '../core/log.ts';
import { shardLease } from '../core/shards.ts';
import type { Flags } from './flags.ts';
import { type Check, healthRoutes } from './health.ts';
import { leaseName } from './leader-election/leases.ts';
import type { ShardFence } from './leader-election/shard-fence.ts';
import { listen } from './listen.ts';
import type { Manager } from './manager.ts';
import { auditMetrics } from './metrics/audit.ts';
import { leaderMetrics, watchMetrics } from './metrics/life.ts';
import { nodeMetrics } from './metrics/nodes.ts';
import { metricsRoutes } from './metrics/registry.ts';

export type ServeOptions = {
  readonly flags: Flags;
  readonly manager: Pick<Manager, 'caches' | 'nodes' | 'audit' | 'brokenGlass'>;
  readonly registry: Registry;
  readonly log: Log;
  /** Whether this replica works. */
  readonly leads: () => boolean;
  /** What it works, where that is not all. */
  readonly shards: ShardFence | undefined;
  /** What else must hold before it is sent to. */
  readonly ready: readonly Check[];
};

/** Serves probes and metrics. @returns what ends it. @throws ListenError */
export async function serve(options: ServeOptions): Promise<() => Promise<void>> {
  const { flags, manager, registry, log, leads, shards, ready } = options;
  leaderMetrics(registry, () => (shards ? shardsHeld(shards) : [[leaseName, leads()]]));
  watchMetrics(registry, () => manager.caches.ages());
  nodeMetrics(registry, () => (leads() ? manager.nodes() : []));
  auditMetrics(registry, () =>
    leads() ? { audit: manager.audit, brokenGlass: manager.brokenGlass() } : undefined,
  );
  const synced: Check = () => manager.caches.troubles().join('\n') || undefined;
  const failed = (error: unknown) => log.error(error, 'a request for metrics or health failed');
  const routes = healthRoutes([], [synced, ...ready]);
  const servers = await Promise.all([
    listen('--health-probe-bind-address', flags.healthProbeBindAddress, routes, failed),
    listen('--metrics-bind-address', flags.metricsBindAddress, metricsRoutes(registry), failed),
  ]);
  return async () => {
    await Promise.all(servers.map(server => server?.close()));
  };
}

/** Whether each of the Leases is held. */
function shardsHeld(shards: ShardFence): [name: string, isHeld: boolean][] {
  return Array.from({ length: shards.count }, (_, shard) => [
    shardLease(leaseName, shard, shards.count),
    shards.of(shard) !== undefined,
  ]);
}
