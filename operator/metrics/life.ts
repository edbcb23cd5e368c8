import { Gauge, type Registry } from 'prom-client';

/** client-go's word on who leads: 1 or 0. @param leading by the name of each Lease, asked at each scrape. */
export function leaderMetrics(
  registry: Registry,
  leading: () => Iterable<readonly [name: string, isLeading: boolean]>,
): void {
  new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this replica leads: 1, or 0',
    labelNames: ['name'],
    registers: [registry],
    collect() {
      for (const [name, isLeading] of leading()) this.set({ name }, isLeading ? 1 : 0);
    },
  });
}

/** How long ago each watch told of anything, were it a bookmark. @param ages seconds by resource, asked at each scrape. */
export function watchMetrics(
  registry: Registry,
  ages: () => Iterable<readonly [resource: string, seconds: number]>,
): void {
  new Gauge({
    name: 'watch_last_event_age_seconds',
    help: 'How long ago a watch last told of anything, were it a bookmark',
    labelNames: ['resource'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [resource, seconds] of ages()) this.set({ resource }, seconds);
    },
  });
}
