import type { Registry } from 'prom-client';
import type { Log } from '../core/log.ts';
import type { Flags } from './flags.ts';
import { type Check, healthRoutes } from './health.ts';
import { leaseName } from './leader-election/leases.ts';
import { listen } from './listen.ts';
import type { Manager } from './manager.ts';
import { auditMetrics } from './metrics/audit.ts';
import { leaderMetrics, watchMetrics } from './metrics/life.ts';
import { nodeMetrics } from './metrics/nodes.ts';
import { metricsRoutes } from './metrics/registry.ts';

/**
 * Serves probes and metrics.
 *
 * @param leads whether this replica works. @param ready what else must hold before it is sent to. @returns what ends it. @throws ListenError
 */
export async function serve(
  flags: Flags,
  manager: Pick<Manager, 'caches' | 'nodes' | 'audit' | 'brokenGlass'>,
  registry: Registry,
  log: Log,
  leads: () => boolean,
  ready: readonly Check[],
): Promise<() => Promise<void>> {
  leaderMetrics(registry, leaseName, leads);
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
