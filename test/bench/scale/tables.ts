import { costs } from './costs.ts';
import { type Case, type Outcome, simulate } from './simulate.ts';

/** A table of docs/scale.md: what its rows are of, and what is simulated for each. */
export type Table = { readonly head: readonly string[]; readonly rows: readonly (() => Promise<string[]>)[] };

/** A fleet on one cluster, by its nodes and the replicas that share them; kube-controller-manager may write as it likes. */
export function bySize(sizes: readonly (readonly [nodes: number, replicas: readonly number[]])[]): Table {
  const rows = sizes.flatMap(([nodes, counts]) => counts.map(replicas => () => sizeRow(nodes, replicas)));
  const queue = 'queue p99: begun, new';
  return {
    head: [
      'nodes',
      'replicas',
      'most a replica has',
      'all made',
      queue,
      'all updated',
      'all renewed',
      'operator started',
    ],
    rows,
  };
}

const unlimited = 1_000;

async function sizeRow(nodes: number, replicas: number): Promise<string[]> {
  const of = { nodes, replicas, controllerQPS: unlimited };
  const made = await simulate({ ...of, change: 'create' });
  const others: string[] = [];
  for (const change of ['update', 'renew', 'start'] as const)
    others.push(seconds((await simulate({ ...of, change })).seconds));
  const queued = `${seconds(made.queued.begun)}, ${seconds(made.queued.fresh)}`;
  return [`${nodes}`, `${replicas}`, times(made.skew), seconds(made.seconds), queued, ...others];
}

/** What all wait for: nodes that are made, by the control plane's cores and the rate of its controllers. */
export function byControlPlane(nodes: number): Table {
  const cases = [costs.controllerQPS, unlimited].flatMap(controllerQPS =>
    [2, 8, 32].flatMap(serverCores => [1, 4].map(replicas => ({ controllerQPS, serverCores, replicas }))),
  );
  return {
    head: [
      '`--kube-api-qps`',
      'cores of the API server',
      'replicas',
      'all made',
      'busy: controller, API server, operator',
    ],
    rows: cases.map(each => async () => {
      const { seconds: made, busy } = await simulate({ ...each, nodes, change: 'create' });
      const { controllerQPS, serverCores, replicas } = each;
      return [`${controllerQPS}`, `${serverCores}`, `${replicas}`, seconds(made), parts(busy)];
    }),
  };
}

/** What namespaces do to shares: how many there are, and that one is large. */
export function byNamespaces(nodes: number, replicas: number): Table {
  const spreads = [10, 30, 100, 300, 1_000].map(namespaces => ({ namespaces, inFirst: 0 }));
  const cases: Pick<Case, 'namespaces' | 'inFirst'>[] = [...spreads, { namespaces: 1_000, inFirst: 0.5 }];
  return {
    head: ['namespaces', 'in one of them', 'most a replica has', 'all renewed', 'all updated'],
    rows: cases.map(each => async () => {
      const of = { ...each, nodes, replicas, controllerQPS: unlimited };
      const renewed = await simulate({ ...of, change: 'renew' });
      const updated = await simulate({ ...of, change: 'update' });
      const [inOne, most] = [`${(each.inFirst ?? 0) * 100} %`, times(renewed.skew)];
      return [`${each.namespaces}`, inOne, most, seconds(renewed.seconds), seconds(updated.seconds)];
    }),
  };
}

function seconds(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value < 100) return `${value.toFixed(1)} s`;
  return value < 6_000 ? `${(value / 60).toFixed(1)} min` : `${(value / 3_600).toFixed(1)} h`;
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}

function parts({ controller, server, replica }: Outcome['busy']): string {
  return [controller, server, replica].map(part => `${(part * 100).toFixed(0)} %`).join(', ');
}
