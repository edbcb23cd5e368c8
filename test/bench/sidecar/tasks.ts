import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { request } from 'undici';
import { type ControlPlane, startControlPlane } from '../../control-plane/control-plane.ts';
import { program } from '../../control-plane/program.ts';
import { findRBACProxy, type Programs } from '../../control-plane/programs.ts';
import { costOf } from '../process-cost.ts';
import type { Row } from '../report.ts';
import { median, spread } from '../statistics.ts';
import type { Load, Loaded } from './load.ts';
import { startProxy } from './proxy.ts';
import { environmentOf, findSides, type Side, spotFor } from './sides.ts';

const rounds = 3;
const seconds = 2;
const connections = [1, 16, 64];

/** How one side is asked, on the way that a row is about. */
type Way = {
  readonly side: Side;
  readonly proxied: boolean;
  readonly pid: number;
  readonly ask: Omit<Load, 'connections' | 'seconds'>;
};

/** With the time of a core that the server takes for a task. */
type Measured = Loaded & { readonly cpuMilliseconds: number };

/** A task that is done at once, submitted and its result fetched, on connections that stay: direct and through the proxy. */
export async function sidecarTasks(programs: Programs, directory: string): Promise<Row[]> {
  const proxy = await findRBACProxy();
  if (proxy === undefined) {
    console.log('without kube-rbac-proxy nothing is asked of a sidecar');
    return [];
  }
  const controlPlane = await startControlPlane(programs);
  try {
    const { ours, peer } = await findSides(directory);
    const ways = (
      await Promise.all([ours, peer].map(side => startSide(controlPlane, proxy, side, directory)))
    ).flat();
    const rows: Row[] = [];
    for (const proxied of [false, true]) {
      const [our, other] = ways.filter(way => way.proxied === proxied) as [Way, Way];
      for (const count of connections) rows.push(await beside(our, other, count));
    }
    return rows;
  } finally {
    await controlPlane.stop();
  }
}

async function startSide(
  controlPlane: ControlPlane,
  proxy: string,
  side: Side,
  directory: string,
): Promise<Way[]> {
  const spot = await spotFor(side, join(directory, `${side.name} home`));
  const env = Object.entries(environmentOf(spot)).map(([key, value]) => `${key}=${value}`);
  const args = ['-i', ...env, ...side.command];
  const answers = async () =>
    (await request(`http://127.0.0.1:${spot.livezPort}/v0/livez`)).statusCode === 200;
  const name = side.name.replaceAll(' ', '-');
  const started = program(controlPlane.supervisor, { name, path: '/usr/bin/env', args, answers });
  await started.start();
  const of = { side, pid: started.pid() as number };
  const direct = { origin: `http://127.0.0.1:${spot.tasksPort}`, headers: { 'x-remote-user': 'bench' } };
  const throughProxy = await startProxy(controlPlane, proxy, `${name}-proxy`, spot.tasksPort);
  return [
    { ...of, proxied: false, ask: direct },
    { ...of, proxied: true, ask: throughProxy },
  ];
}

/** In turns, so that both meet the same machine. */
async function beside(our: Way, other: Way, count: number): Promise<Row> {
  const ours: Measured[] = [];
  const peer: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure(our, count));
    peer.push(await measure(other, count));
  }
  const load = loadavg()[0]?.toFixed(1);
  const way = our.proxied ? 'through kube-rbac-proxy' : 'direct';
  return {
    what: `task and its result, ${way}, connections: ${count} (load ${load})`,
    ours: textOf(ours),
    peer: `${textOf(peer)}  ${other.side.name}`,
    figure: medianOf(peer, 'tasksPerSecond') / medianOf(ours, 'tasksPerSecond'),
    target: 1.5,
    runs: { ours, peer },
  };
}

async function measure({ pid, ask }: Way, count: number): Promise<Measured> {
  const load: Load = { ...ask, connections: count, seconds };
  const before = costOf(pid);
  const args = [join(import.meta.dirname, 'load.ts'), JSON.stringify(load)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const loaded = JSON.parse(stdout) as Loaded;
  const cpu = costOf(pid).cpuSeconds - before.cpuSeconds;
  // The warm-up is part of what was done.
  return { ...loaded, cpuMilliseconds: (cpu * 1000) / (loaded.tasksPerSecond * seconds * 1.25) };
}

function textOf(all: readonly Measured[]): string {
  const milliseconds = (key: keyof Measured) => `${medianOf(all, key).toFixed(2)} ms`;
  const rate = spread(all.map(({ tasksPerSecond }) => tasksPerSecond));
  return `${rate} a second, p50 ${milliseconds('p50')}, p99 ${milliseconds('p99')}, CPU ${milliseconds('cpuMilliseconds')}`;
}

function medianOf(all: readonly Measured[], key: keyof Measured): number {
  return median(all.map(each => each[key]));
}
