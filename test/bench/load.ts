import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Agent, request } from 'undici';

/** A request to the API server. */
export type Asked = {
  readonly what: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
};

/** What came of one: milliseconds from the moment it was planned for, and that moment since 1970. */
export type Sent = {
  readonly what: string;
  readonly planned: number;
  readonly took: number;
  readonly status: number;
};

type Load = {
  readonly kubeconfig: string;
  readonly asked: readonly Asked[];
  readonly rate: number;
  readonly seconds: number;
};

/**
 * Sends requests in turn, so many a second, each at its planned moment whatever is still under way: what waits for another
 * counts its wait. From a thread of its own, which nothing else delays.
 *
 * @param kubeconfig with a client certificate. @returns what came of them; status 0 is none.
 */
export function send(load: Load): Promise<Sent[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent[]>();
  new Worker(new URL(import.meta.url), { workerData: load }).on('message', resolve).on('error', reject);
  return promise;
}

async function sendAll({ kubeconfig, asked, rate, seconds }: Load): Promise<Sent[]> {
  const { server, dispatcher } = connect(kubeconfig);
  const begun = performance.now();
  const under: Promise<Sent>[] = [];
  for (let next = 0; next < rate * seconds; ) {
    const planned = begun + (next * 1000) / rate;
    if (performance.now() < planned) await setTimeout(1);
    else {
      under.push(sendOne(asked[next % asked.length]!, planned, server, dispatcher));
      next += 1;
    }
  }
  const sent = await Promise.all(under);
  await dispatcher.close();
  return sent;
}

async function sendOne(
  { what, method, path, body }: Asked,
  planned: number,
  server: string,
  dispatcher: Agent,
) {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const status = await request(`${server}${path}?dryRun=All`, {
    ...{ dispatcher, method, headers: { 'content-type': type } },
    body: body === undefined ? null : JSON.stringify(body),
  }).then(
    async ({ statusCode, body: answer }) => {
      await answer.dump();
      return statusCode;
    },
    () => 0,
  );
  return { what, planned: performance.timeOrigin + planned, took: performance.now() - planned, status };
}

function connect(kubeconfig: string): { readonly server: string; readonly dispatcher: Agent } {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  const [ca, cert, key] = [
    cluster['certificate-authority-data'],
    user['client-certificate-data'],
    user['client-key-data'],
  ].map(data => Buffer.from(data, 'base64'));
  return { server: cluster.server, dispatcher: new Agent({ connect: { ca: ca!, cert: cert!, key: key! } }) };
}

if (!isMainThread) parentPort?.postMessage(await sendAll(workerData as Load));
