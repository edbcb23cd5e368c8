import anyTest from 'ava';
import pLimit from 'p-limit';
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
import { isWhole, survives } from './matrix.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);

/** Bytes, of each of so many Secrets: twice what the operator may have in its heap. */
const [size, count, heap] = [700_000, 140, 72];
const secrets = '/api/v1/namespaces/flood/secrets';
let fleet: Fleet;
let operator: FaultyOperator;

test('an operator with little memory, and nodes whose plans are under way', async t => {
  await install(controlPlane(), t);
  fleet = await startFleet(controlPlane());
  const environment = { NODE_OPTIONS: `--max-old-space-size=${heap}` };
  operator = await faultyOperator(controlPlane(), fleet.sidecars, { environment });
  await operator.start();
  await fleet.create('flood', 0);
  await fleet.create('old', 1);
  t.true(await until(() => fleet.areAll('Running', 'old')));
});

if (isWhole) {
  test('what others put beside certificates is not held', async t => {
    const pid = operator.pid();
    const fault = 'flood of Secrets with keystores beside the certificate';
    await survives({ who: 'operator', fault }, async () => {
      await flood('keystore.jks');
      await fleet.create('beside', 1);
      t.true(await until(() => fleet.areAll('Running', 'beside')));
      t.is(operator.pid(), pid);
    });
    await ebb('keystore.jks');
  });
}

test('an operator whose memory is not enough ends, and once it is enough goes on where it was', async t => {
  // Of an operator that does not end nobody would hear.
  t.timeout(300_000);
  let isHeld = true;
  fleet.fate = (_, type) => (isHeld && type === 'config-apply' ? 'running' : 'completed');
  await fleet.create('amid', 3);
  t.true(await until(async () => (await fleet.uids('amid')).length === 3 * 4));
  const before = [await fleet.uids('old'), await fleet.uids('amid')];
  const written = operator.writes().length;
  await survives({ who: 'operator', fault: 'memory limit hit, and again at its start' }, async () => {
    const ended = operator.ended();
    await flood('tls.crt');
    t.is(await ended, 'exit SIGABRT');
    await t.throwsAsync(operator.start(), { message: /exit SIGABRT/ });
    await ebb('tls.crt');
    await operator.start();
    isHeld = false;
    t.true(await until(() => fleet.areAll('Running', 'amid')));
    t.deepEqual([await fleet.uids('old'), await fleet.uids('amid')], before);
    for (const node of await fleet.nodes('amid')) oncePerTask(t, fleet, node);
    const deleted = operator.writes().slice(written);
    t.deepEqual(
      deleted.filter(({ method }) => method === 'DELETE'),
      [],
    );
  });
});

anyTest.after.always('they stop', async () => {
  await operator?.end();
  await fleet?.stop();
});

const names = (where: string) => Array.from({ length: count }, (_, index) => `${where}-${index}`);

/** Makes Secrets of certificates that no node names. @param where what there is much of. */
async function flood(where: string): Promise<void> {
  await pLimit(8).map(names(where), name => {
    // What two Secrets say alike is there once: no two say the same.
    const stringData = { 'tls.crt': '', 'tls.key': '', [where]: name + 'x'.repeat(size) };
    return controlPlane().call('POST', secrets, {
      metadata: { name },
      type: 'kubernetes.io/tls',
      stringData,
    });
  });
}

/** One by one: an API server that is to delete 130 MB at once says nothing before it has. */
async function ebb(where: string): Promise<void> {
  await pLimit(8).map(names(where), name => controlPlane().call('DELETE', `${secrets}/${name}`));
}
