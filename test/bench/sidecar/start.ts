import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../../sidecar/engine/store.ts';
import { costOf } from '../process-cost.ts';
import type { Row } from '../report.ts';
import { median, spread } from '../statistics.ts';
import { environmentOf, findSides, type Side, spotFor } from './sides.ts';

const stored = 10_000;
const runs = 9;

type Started = { readonly milliseconds: number; readonly megabytes: number };
type Starts = { readonly milliseconds: readonly number[]; readonly megabytes: readonly number[] };

/** From the start of the process to the first 200 of livez, and its largest resident set then: with few tasks and many. */
export async function sidecarStart(directory: string): Promise<Row[]> {
  const { ours, peer } = await findSides(directory);
  const homes = { empty: 'empty', full: 'full' } as const;
  const places = [ours, peer].flatMap(side =>
    Object.values(homes).map(kind => ({ side, kind, home: join(directory, `${side.name} ${kind}`) })),
  );
  const results = new Map(places.map(({ home }) => [home, [] as Started[]]));
  for (const { side, kind, home } of places) if (kind === 'full') await fill(side, home);
  for (let run = 0; run <= runs; run += 1) {
    for (const { side, home } of places) {
      const started = await start(side, home);
      if (run > 0) results.get(home)?.push(started);
    }
  }
  const of = (side: Side, kind: string) =>
    startsOf(results.get(join(directory, `${side.name} ${kind}`)) ?? []);
  const beside = (what: string, kind: string) => [
    row(`${what}, to the first 200`, 'milliseconds', of(ours, kind), of(peer, kind), peer.name, 3),
    row(`${what}, memory`, 'megabytes', of(ours, kind), of(peer, kind), peer.name, 3),
  ];
  const own = (key: keyof Starts) =>
    row(`the same, beside an empty store`, key, of(ours, homes.full), of(ours, homes.empty), 'empty', 1.1);
  return [
    ...beside('sidecar started, empty store', homes.empty),
    ...beside(`sidecar started, ${stored} tasks stored`, homes.full),
    own('milliseconds'),
    own('megabytes'),
  ];
}

/** Gives a home tasks that have ended, in the table that both have. */
async function fill(side: Side, home: string): Promise<void> {
  await spotFor(side, home);
  const path = join(home, 'sidecar.db');
  openStore(path).close();
  const database = new DatabaseSync(path);
  const insert = database.prepare(
    `INSERT INTO task_results (id, type, status, params, submitted_at, completed_at)
     VALUES (?, 'config-apply', 'completed', '{"mode":"full"}', ?, ?)`,
  );
  database.exec('BEGIN');
  for (let index = 0; index < stored; index += 1) {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
    insert.run(randomUUID(), at, at);
  }
  database.exec('COMMIT');
  database.close();
}

async function start(side: Side, home: string): Promise<Started> {
  const spot = await spotFor(side, home);
  const [program = '', ...args] = side.command;
  const begun = performance.now();
  const child = spawn(program, args, { env: environmentOf(spot), stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (!(await isLive(spot.livezPort))) {
    if (child.exitCode !== null) throw new Error(`${side.name} ended with ${child.exitCode}`);
    await setTimeout(1);
  }
  const milliseconds = performance.now() - begun;
  const megabytes = costOf(child.pid as number).peakMegabytes;
  child.kill('SIGTERM');
  await exited;
  return { milliseconds, megabytes };
}

function isLive(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked = http.get({ host: '127.0.0.1', port, path: '/v0/livez', agent: false }, response => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  asked.on('error', () => resolve(false));
  return promise;
}

function startsOf(all: readonly Started[]): Starts {
  return {
    milliseconds: all.map(({ milliseconds }) => milliseconds),
    megabytes: all.map(({ megabytes }) => megabytes),
  };
}

const units: Readonly<Record<keyof Starts, string>> = { milliseconds: 'ms', megabytes: 'MB' };

function row(
  what: string,
  key: keyof Starts,
  ours: Starts,
  peer: Starts,
  peerName: string,
  target: number,
): Row {
  const text = (starts: Starts) => `${spread(starts[key])} ${units[key]}`;
  return {
    what,
    ours: text(ours),
    peer: `${text(peer)}  ${peerName}`,
    figure: median(ours[key]) / median(peer[key]),
    target,
  };
}
