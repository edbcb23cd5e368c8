import anyTest from 'ava';
import { conditionOf } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import {
  type FaultyOperator,
  type Fleet,
  faultyOperator,
  install,
  oncePerTask,
  startFleet,
} from '../integration/faulty-operator.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { sampleOf, survives } from './matrix.ts';
import * as answers from './proxy/answers.ts';
import type { Fault, FaultChoice } from './proxy/faults.ts';
import { isWrite, type Seen } from './proxy/seen.ts';
import { isWatch } from './proxy/watched.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

let fleet: Fleet;
let operator: FaultyOperator;
let count = 0;

const ofAll = { of: () => true, forGood: true };
const isOfNode = (call: Seen) => isWrite(call) && /\/seinodes\/n0\b/.test(call.path);
/** Others tell of nothing, some of them for ever. */
const ofNodes = { of: (call: Seen) => isWatch(call) && call.path.endsWith('/seinodes') };
const inASecond = { 'retry-after': '1' };
const rows: readonly (readonly [what: string, fault: Fault, choice: FaultChoice])[] = [
  ['an event is torn', { through: answers.tornEvent(0) }, ofNodes],
  ['a write is answered by RST after its effect', 'reset', { of: isOfNode, at: 2 }],
  ['403 to everything, then restored', 403, ofAll],
  ['410 in the stream', { through: answers.errorEvent(410, 0) }, ofNodes],
  ['a write is cut by RST before its effect', 'reset before', { of: isOfNode, at: 2 }],
  ['429 to everything, Retry-After in seconds', { status: 429, headers: inASecond }, ofAll],
  ['500 to everything', 500, ofAll],
  ['a write is answered 503 without effect', 503, { of: isOfNode, at: 2 }],
];

test('an operator and its fleet', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await operator.start();
  t.is(operator.errors().length, 0);
});

for (const [what, fault, choice] of sampleOf(rows, 3)) {
  test(`${what}: a node is made once, and its Secret is followed`, async t => {
    const namespace = `way-${count++}`;
    await survives({ who: 'operator', fault: `API, a process and its fleet: ${what}` }, async () => {
      // A watch that stands would meet nothing.
      operator.proxy.cut();
      operator.proxy.mend();
      const met = operator.proxy.fault(fault, choice);
      await fleet.create(namespace, 1);
      await met;
      operator.proxy.mend();
      t.true(await until(() => fleet.areAll('Running', namespace), 120_000));
      const uids = await fleet.uids(namespace);
      t.is(uids.length, 4);
      await patchSecret(namespace, { data: { 'tls.crt': btoa('no certificate') } });
      t.true(await until(async () => (await reasonOf(namespace)) === 'Malformed'));
      await patchSecret(namespace, await fleet.secret(namespace, 'n0'));
      t.true(await until(async () => (await reasonOf(namespace)) === 'Ready'));
      t.deepEqual(await fleet.uids(namespace), uids);
      for (const node of await fleet.nodes(namespace)) oncePerTask(t, fleet, node);
    });
  });
}

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

function patchSecret(namespace: string, change: object) {
  return controlPlane().call('PATCH', `/api/v1/namespaces/${namespace}/secrets/n0-tls`, change);
}

async function reasonOf(namespace: string): Promise<string | undefined> {
  const [node] = await fleet.nodes(namespace);
  return conditionOf(node?.status, 'SidecarTLSSecretReady')?.reason;
}
