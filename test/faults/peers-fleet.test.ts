import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import anyTest from 'ava';
import { request } from 'undici';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import type { KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { environment } from '../core/resources/nodes.ts';
import { type Fleet, install, oncePerTask, seiNode, startFleet } from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { type Operator, operator } from '../operator/program.ts';
import { besidePods } from '../pod-ports.ts';
import { resolver } from '../sidecars/sidecars.ts';
import { survives } from './matrix.ts';
import { type BadSidecars, count } from './peers/bad-sidecars.ts';
import { raw } from './peers/rude.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);
const here = import.meta.dirname;

let fleet: Fleet;
let program: Operator;
let bad: Worker;

test('an operator, good sidecars, and bad ones', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const prefix = `127.${randomInt(1, 255)}.${randomInt(256)}`;
  const pairs = await createBad();
  const workerData: BadSidecars = { prefix, pairs };
  bad = await besidePods(async () => {
    const worker = new Worker(join(here, 'peers/bad-sidecars.ts'), { workerData });
    await once(worker, 'message');
    return worker;
  });
  const kubeconfig = await controlPlane().serviceAccountKubeconfig(
    'sei-k8s-controller-system',
    'sei-k8s-controller-manager',
  );
  const requires = [resolver, join(here, 'peers/resolve-bad.cjs')].flatMap(file => ['--require', file]);
  program = await operator(controlPlane(), {
    kubeconfig,
    sidecars: fleet.sidecars.address,
    command: [process.execPath, ...requires, join(here, '../../operator/main.ts')],
    environment: { SIDECARS_BAD: prefix },
  });
  await program.start();
  t.pass();
});

test('twenty good nodes run beside twenty whose sidecars hang, flood, redirect and are others', t =>
  survives(
    { who: 'operator', fault: '20 sidecars hang, flood, lie, redirect or are others beside 20 good ones' },
    async () => {
      // They are all in the middle of it.
      t.true(await until(async () => (await waiting()).length === count), String((await waiting()).length));
      const before = await told();
      const begun = performance.now();
      await fleet.create('good', 20);
      t.true(await until(() => fleet.areAll('Running', 'good')));
      t.log(`20 good nodes run after ${Math.round(performance.now() - begun)} ms`);
      for (const node of await fleet.nodes('good')) oncePerTask(t, fleet, node);
      const after = await told();
      t.log(`resident ${before.resident >> 20} MiB, then ${after.resident >> 20} MiB; ${after.open} handles`);
      t.true(after.resident - before.resident < 256 * 2 ** 20, `${before.resident} ${after.resident}`);
      t.true(after.open < 300, String(after.open));
    },
    count,
  ));

test('of each it is said why in one short line, nobody who is not verified got a byte, and nothing is written again and again', async t => {
  const isQuiet = async () => {
    const { writes } = await told();
    await sleep(8_000);
    return writes === (await told()).writes;
  };
  t.true((await told()).writes > 100);
  t.true(await until(isQuiet));
  for (const node of await fleet.nodes('bad')) {
    t.is(node.status?.phase, 'Initializing', node.metadata.name);
    const { reason, message } = conditionOf(node.status, 'Progressing')!;
    t.is(reason, 'TaskWaiting');
    t.notRegex(message, raw);
    t.true(message.length < 700, message);
    t.log(`${node.metadata.name}: ${message}`);
  }
  bad.postMessage('?');
  const [noticed] = await once(bad, 'message');
  t.deepEqual(noticed, { stray: 0 });
  const log = readFileSync(join(controlPlane().directory, 'operator.log'), 'utf8');
  for (const line of log.trimEnd().split('\n')) t.is(typeof JSON.parse(line).msg, 'string');
  t.notRegex(log, raw);
});

anyTest.after.always('they stop', async () => {
  await Promise.all([bad?.terminate(), program?.stop('SIGKILL'), fleet?.stop()]);
});

/** As many nodes as there are kinds of bad sidecars, each with its Secret. @returns what each serves. */
async function createBad(): Promise<readonly KeyPair[]> {
  const { call } = controlPlane();
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'bad' } });
  await call('POST', '/api/v1/namespaces/bad/serviceaccounts', {
    metadata: { name: environment.SEI_SERVICE_ACCOUNT },
  });
  const pairs: KeyPair[] = [];
  for (let at = 0; at < count; at += 1) {
    const secret = (await fleet.secret('bad', `n${at}`)) as { stringData: Record<string, string> };
    pairs.push({ certificate: secret.stringData['tls.crt']!, key: secret.stringData['tls.key']! });
    await call('POST', '/api/v1/namespaces/bad/secrets', secret);
    await call('POST', '/apis/sei.io/v1alpha1/namespaces/bad/seinodes', seiNode(`n${at}`));
  }
  return [...pairs.slice(0, -1), pairs[0]!];
}

/** The bad nodes of which it is said what their first task waits for. */
async function waiting(): Promise<SeiNode[]> {
  return (await fleet.nodes('bad')).filter(({ status }) =>
    /^task \S+ waits: (?!pod )/.test(conditionOf(status, 'Progressing')?.message ?? ''),
  );
}

/** What the operator says of itself: its memory, what it has open, and how often it wrote. */
async function told(): Promise<{ resident: number; open: number; writes: number }> {
  const { body } = await request(`${program.metrics}/metrics`);
  const lines = (await body.text()).split('\n');
  const sum = (pattern: RegExp) =>
    lines.filter(line => pattern.test(line)).reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
  return {
    resident: sum(/^process_resident_memory_bytes /),
    open: sum(/^process_open_fds /),
    writes: sum(/^rest_client_requests_total\{.*method="(POST|PUT|PATCH|DELETE)"/),
  };
}
