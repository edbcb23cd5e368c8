import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { objectKey } from '../../../core/kubernetes.ts';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { findNodePrograms, findPrograms } from '../../control-plane/programs.ts';
import { until } from '../../control-plane/until.ts';
import { type Operator, operator } from '../../operator/program.ts';
import { creator, furnish, namesOf } from '../bed.ts';
import { issue, namespace, seiNode } from '../fleet.ts';
import { floor } from '../floor.ts';
import { costOf } from '../process-cost.ts';
import { controllerWrites, total, writesSoFar } from '../writes.ts';
import { follower } from './follower.ts';

// `node test/bench/scale/curves.ts 100 300 1000`: what a node costs a real control plane and an operator, at each of these sizes
// of one fleet; `--followers 8` follow meanwhile as replicas do. Nodes are brought to Running by the bare client, without sidecars; then the operator starts among them, which
// writes the conditions that the bare client left out, and starts once more.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { followers: { type: 'string', default: '1' } },
});
const sizes = positionals.map(Number);
const [programs, nodePrograms] = [await findPrograms(), await findNodePrograms()];
if (sizes.length === 0 || !sizes.every(size => size > 0) || !programs || !nodePrograms) {
  console.error(
    'say how many nodes, such as `100 300 600`, with a control plane, kube-scheduler and kwok to be had',
  );
  process.exit(2);
}
const controlPlane = await startControlPlane(programs);
const say = (what: string, found: object) =>
  console.log(JSON.stringify({ what, load: loadavg()[0], ...found }));
try {
  const most = Math.max(...sizes);
  say('empty', await storage(controlPlane));
  await furnish(controlPlane, nodePrograms, namesOf(most));
  say(`${most} volumes and Secrets`, await storage(controlPlane));
  const nobody = { sidecars: '127.200.200.200' };
  const program = await operator(controlPlane, nobody);
  for (const [index, size] of sizes.entries()) await grow(program, sizes[index - 1] ?? 0, size);
  await rotate(program, most);
  await setTimeout(330_000);
  say('after compaction', await storage(controlPlane));
} finally {
  await controlPlane.stop();
}

async function grow(program: Operator, from: number, to: number): Promise<void> {
  const over = new AbortController();
  const followers = await Promise.all(
    Array.from({ length: Number(values.followers) }, () => follower(controlPlane.kubeconfig)),
  );
  const [before, events] = [await writesSoFar(controlPlane.call), await watchEvents(controlPlane)];
  const [server, store] = [controlPlane.apiserver, controlPlane.etcd].map(({ pid }) =>
    costOf(pid() as number),
  );
  const writing = floor(controlPlane, over.signal);
  const begun = performance.now();
  await creator(controlPlane)(
    `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`,
    namesOf(to).slice(from).map(seiNode),
  );
  await until(async () => (await running()) >= to, 1_800_000);
  const seconds = (performance.now() - begun) / 1000;
  over.abort();
  await writing.catch(() => {});
  const [after, eventsAfter] = [await writesSoFar(controlPlane.call), await watchEvents(controlPlane)];
  const made = new Map([...after].map(([what, count]) => [what, count - (before.get(what) ?? 0)]));
  const grown = to - from;
  say(`${from} to ${to} nodes by the bare client`, {
    seconds,
    writesANode: total(made) / grown,
    writesASecond: total(made) / seconds,
    kinds: Object.fromEntries(
      [...made].filter(([, count]) => count >= grown / 2).map(([what, count]) => [what, count / grown]),
    ),
    followers: await Promise.all(followers.map(followed => followed())),
    apiserverCPUANode:
      (costOf(controlPlane.apiserver.pid() as number).cpuSeconds - server!.cpuSeconds) / grown,
    etcdCPUANode: (costOf(controlPlane.etcd.pid() as number).cpuSeconds - store!.cpuSeconds) / grown,
    events: Object.fromEntries(
      [...eventsAfter]
        .filter(([kind, { count }]) => count - (events.get(kind)?.count ?? 0) >= grown / 2)
        .map(([kind, { count, bytes }]) => {
          const known = events.get(kind) ?? { count: 0, bytes: 0 };
          return [
            kind,
            {
              aNode: (count - known.count) / grown,
              bytesEach: (bytes - known.bytes) / (count - known.count || 1),
            },
          ];
        }),
    ),
    ...(await storage(controlPlane)),
  });
  for (const which of ['first', 'second'])
    say(`operator's ${which} start among ${to}`, await start(program, to));
  say(`lists of ${to}`, await lists());
}

async function start(program: Operator, nodes: number): Promise<object> {
  const before = await writesSoFar(controlPlane.call);
  const begun = performance.now();
  await program.start();
  const ready = { seconds: (performance.now() - begun) / 1000, cost: costOf(program.pid() as number) };
  let first: number | undefined;
  await until(async () => {
    const { reconciles, depth } = await queued(program);
    if (reconciles > 0) first ??= (performance.now() - begun) / 1000;
    return reconciles >= nodes && depth === 0;
  }, 1_200_000);
  const all = (performance.now() - begun) / 1000;
  const cost = costOf(program.pid() as number);
  await setTimeout(30_000);
  const later = costOf(program.pid() as number);
  const live = await metric(program, 'nodejs_heap_size_used_bytes');
  const writes = total(controllerWrites(before, await writesSoFar(controlPlane.call))) / nodes;
  await program.stop();
  return { ready, first, all, cost, later, live, writes };
}

/** Every Secret gets another certificate, as an issuer renews them all. */
async function rotate(program: Operator, nodes: number): Promise<void> {
  const names = namesOf(nodes);
  const { pairs } = await issue(names);
  await program.start();
  await until(async () => (await queued(program)).reconciles >= nodes);
  await setTimeout(15_000);
  const [before, cost, { reconciles }] = [
    await writesSoFar(controlPlane.call),
    costOf(program.pid() as number),
    await queued(program),
  ];
  const begun = performance.now();
  const left = [...names];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const { certificate, key } = pairs.get(objectKey(namespace, name))!;
        const stringData = { 'tls.crt': certificate, 'tls.key': key };
        await controlPlane.call('PATCH', `/api/v1/namespaces/${namespace}/secrets/${name}-tls`, {
          stringData,
        });
      }
    }),
  );
  const written = (performance.now() - begun) / 1000;
  await setTimeout(20_000);
  const [after, later, now] = [
    await writesSoFar(controlPlane.call),
    costOf(program.pid() as number),
    await queued(program),
  ];
  say(`${nodes} certificates renewed`, {
    written,
    reconcilesANode: (now.reconciles - reconciles) / nodes,
    operatorCPUANode: (later.cpuSeconds - cost.cpuSeconds) / nodes,
    writes: Object.fromEntries(
      [...after]
        .map(([what, count]) => [what, count - (before.get(what) ?? 0)])
        .filter(([, count]) => Number(count) > 5),
    ),
  });
  await program.stop();
}

async function queued(program: Operator): Promise<{ reconciles: number; depth: number }> {
  const text = await metricsOf(program);
  const sum = (pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    reconciles: sum(/^controller_runtime_reconcile_total\{.*\} (\S+)$/gm),
    depth: sum(/^workqueue_depth\{.*\} (\S+)$/gm),
  };
}

async function metricsOf({ metrics }: Operator): Promise<string> {
  return (await fetch(`${metrics}/metrics`)).text();
}

async function metric(program: Operator, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metricsOf(program))?.[1]);
}

async function lists(): Promise<object> {
  const found: Record<string, object> = {};
  for (const [kind, path] of [
    ['seinodes', `/apis/sei.io/v1alpha1/seinodes`],
    ['statefulsets', '/apis/apps/v1/statefulsets'],
    ['pods', '/api/v1/pods'],
    ['secrets', '/api/v1/secrets'],
    ['persistentvolumeclaims', '/api/v1/persistentvolumeclaims'],
    ['services', '/api/v1/services'],
    ['configmaps', '/api/v1/configmaps'],
  ] as const) {
    const begun = performance.now();
    const { body } = await controlPlane.call('GET', `${path}?limit=500`);
    const { items } = body as { items: readonly object[] };
    found[kind] = {
      count: items.length,
      milliseconds: performance.now() - begun,
      bytesEach: JSON.stringify(items).length / items.length,
    };
  }
  return found;
}

async function running(): Promise<number> {
  const { body } = await controlPlane.call('GET', '/apis/sei.io/v1alpha1/seinodes?resourceVersion=0');
  await setTimeout(1_000);
  return (body as { items: readonly { status?: { phase?: string } }[] }).items.filter(
    ({ status }) => status?.phase === 'Running',
  ).length;
}

/** Watch events that the API server sent, of each kind: to every watcher. */
async function watchEvents({ call }: ControlPlane): Promise<Map<string, { count: number; bytes: number }>> {
  const text = String((await call('GET', '/metrics')).body);
  const found = new Map<string, { count: number; bytes: number }>();
  for (const [, what, labels = '', value] of text.matchAll(
    /^apiserver_watch_events_sizes_(sum|count)\{(.*)\} (\S+)$/gm,
  )) {
    const kind = /(?:resource|kind)="([^"]*)"/.exec(labels)?.[1] ?? labels;
    const known = found.get(kind) ?? { count: 0, bytes: 0 };
    known[what === 'sum' ? 'bytes' : 'count'] += Number(value);
    found.set(kind, known);
  }
  return found;
}

/** What etcd says of its file: all of it, and what is in use, former versions of objects included until they are compacted. */
async function storage({ directory }: ControlPlane): Promise<object> {
  const client = new Client('http://localhost', { socketPath: join(directory, 'etcd.sock') });
  const { body } = await client.request({ method: 'GET', path: '/metrics' });
  const text = await body.text();
  await client.close();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    inUse: value('etcd_mvcc_db_total_size_in_use_in_bytes'),
    file: value('etcd_mvcc_db_total_size_in_bytes'),
    keys: value('etcd_debugging_mvcc_keys_total'),
  };
}
