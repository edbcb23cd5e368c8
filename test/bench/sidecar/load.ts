import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Client } from 'undici';

/** What a load does: how many connections, for how long, to whom and with which headers; under TLS, who vouches. */
export type Load = {
  readonly origin: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly verifiedBy?: { readonly ca: string; readonly servername: string };
};

/** What came of it. */
export type Loaded = {
  /** Milliseconds from a task's POST to the answer that says it is completed. */
  readonly p50: number;
  readonly p99: number;
  readonly tasksPerSecond: number;
  /** How often a result was asked for until it was there. */
  readonly getsPerTask: number;
  /** The share of the time that this client itself was busy: near 1 it measures itself. */
  readonly clientBusy: number;
};

// A process of its own, so that a client has a core: `node load.ts LOAD` prints what came of it.
const load = JSON.parse(process.argv[2] ?? '') as Load;
await run({ ...load, seconds: load.seconds / 4 });
console.log(JSON.stringify(await run(load)));

async function run({ origin, connections, seconds, headers, verifiedBy }: Load): Promise<Loaded> {
  // As node:https and fetch ask, which know no HTTP/2.
  const options = { allowH2: false, ...(verifiedBy && { connect: verifiedBy }) };
  const clients = Array.from({ length: connections }, () => new Client(origin, options));
  const times: number[] = [];
  let gets = 0;
  const [start, idle] = [performance.now(), performance.eventLoopUtilization()];
  const until = start + seconds * 1000;
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < until) {
        const begun = performance.now();
        const asked = await task(client, headers);
        times.push(performance.now() - begun);
        gets += asked;
      }
    }),
  );
  const clientBusy = performance.eventLoopUtilization(idle).utilization;
  const elapsed = (performance.now() - start) / 1000;
  await Promise.all(clients.map(client => client.close()));
  times.sort((a, b) => a - b);
  const quantile = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  const tasks = times.length;
  return {
    ...{ p50: quantile(0.5), p99: quantile(0.99) },
    ...{ tasksPerSecond: tasks / elapsed, getsPerTask: gets / tasks, clientBusy },
  };
}

/** Submits a task that is done at once, then asks until it is. @returns how often it asked. */
async function task(client: Client, headers: Load['headers']): Promise<number> {
  const id = randomUUID();
  const body = JSON.stringify({ id, type: 'mark-ready' });
  const json = { ...headers, 'content-type': 'application/json' };
  await ask(client, { method: 'POST', path: '/v0/tasks', headers: json, body }, 201);
  for (let gets = 1; ; gets += 1) {
    const result = await ask(client, { method: 'GET', path: `/v0/tasks/${id}`, headers }, 200);
    if (result.status === 'completed') return gets;
    if (result.status !== 'running') throw new Error(`the task is ${JSON.stringify(result)}`);
  }
}

async function ask(
  client: Client,
  options: Parameters<Client['request']>[0],
  expected: number,
): Promise<{ readonly status?: string }> {
  const response = await client.request(options);
  const text = await response.body.text();
  if (response.statusCode !== expected) {
    throw new Error(`${options.method} ${options.path}: ${response.statusCode} ${text}`);
  }
  return JSON.parse(text);
}
