import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fetching } from '../../../sidecar/snapshots/download.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { freeBytes } from '../../../sidecar/snapshots/space.ts';
import { environmentOf, objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import type { Asked } from '../../object-store/proxy.ts';
import { archiveOf, noon, type Place, place, putArchive, sendArchive, sidecarAt } from './place.ts';

const store = objectStoreOf(test);
const storeTest = withObjectStore();
const rangeBytes = 20_000;
const how = { fetching: { rangeBytes, ranges: 4, pause: 1 }, freeBytes };

storeTest(
  'a sidecar that was killed goes on with the ranges that are not there yet, and no others',
  async t => {
    const here = place(store());
    const archive = archiveOf(1000);
    putArchive(store(), here, 1000, archive);
    const all = Math.ceil(archive.length / rangeBytes);
    // Seven are answered; as the next four are asked for, the seven are in the ledger.
    const before = await killedAfter(here, 7);
    t.is(before.length, 11);
    const [ledger = ''] = readdirSync(join(here.home, 'tmp')).filter(name => name.endsWith('.ranges'));
    const done = readFileSync(join(here.home, 'tmp', ledger), 'utf8')
      .trim()
      .split('\n')
      .map(Number);
    t.is(done.length, 7);
    const again = rangesAsked(here, () => undefined);
    const { context } = sidecarAt(here.home, here.bucket);
    t.true((await restore(0, context, how)).ok);
    t.deepEqual(
      again.map(first).toSorted((one, other) => one - other),
      Array.from({ length: all }, (_, index) => index * rangeBytes).filter(
        at => !done.includes(at / rangeBytes),
      ),
    );
    t.log(`${all} ranges: 7 before the death, ${again.length} after it`);
  },
);

storeTest('after a death an archive that is another by then is fetched from its start', async t => {
  const here = place(store());
  await sendArchive(here, 1000, archiveOf(1000));
  await killedAfter(here, 3);
  const other = archiveOf(1000, 'another');
  t.is(other.length, archiveOf(1000).length);
  await sendArchive(here, 1000, other);
  const again = rangesAsked(here, () => undefined);
  t.true((await restore(0, sidecarAt(here.home, here.bucket).context, how)).ok);
  t.is(again.length, Math.ceil(other.length / rangeBytes));
});

storeTest('a download that was removed behind its ledger is fetched from its start', async t => {
  const here = place(store());
  const archive = archiveOf(1000);
  putArchive(store(), here, 1000, archive);
  await killedAfter(here, 3);
  for (const name of readdirSync(join(here.home, 'tmp'))) {
    if (name.endsWith('.gz')) rmSync(join(here.home, 'tmp', name));
  }
  const again = rangesAsked(here, () => undefined);
  t.true((await restore(0, sidecarAt(here.home, here.bucket).context, how)).ok);
  t.is(again.length, Math.ceil(archive.length / rangeBytes));
});

storeTest('a task that is stopped ends, whatever it waits for, and is taken up where it was', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  const hanging = Promise.withResolvers<void>();
  const asked = rangesAsked(here, ranges => {
    if (ranges === 9) hanging.resolve();
    return ranges > 5 ? 'silence' : undefined;
  });
  const ends = restore(0, here.context, how);
  await hanging.promise;
  here.stop.abort(new Error('stopped'));
  await t.throwsAsync(ends, { message: 'stopped' });
  t.false(existsSync(join(here.home, '.sei-sidecar-snapshot-done')));
  const before = asked.length;
  const again = rangesAsked(here, () => undefined);
  t.true((await restore(0, sidecarAt(here.home, here.bucket).context, how)).ok);
  t.is(before, 9);
  t.is(again.length, Math.ceil(archiveOf(1000).length / rangeBytes) - 5);
});

storeTest('a range that breaks off goes on where it broke, and is given up after the sixth time', async t => {
  const here = place(store());
  putArchive(store(), here, 1000, archiveOf(1000));
  const asked = rangesAsked(here, ranges => (ranges === 1 ? { cutAfter: 1000 } : undefined));
  t.true((await restore(0, here.context, { ...how, fetching: { ...how.fetching, ranges: 1 } })).ok);
  const [one, other] = asked.map(({ range }) =>
    /^bytes=(\d+)-(\d+)$/
      .exec(range ?? '')
      ?.slice(1)
      .map(Number),
  );
  t.deepEqual(one, [0, rangeBytes - 1]);
  t.true(other?.[1] === rangeBytes - 1 && (other[0] ?? 0) > 0 && (other[0] ?? 0) <= 1000, `${other}`);

  const broken = place(store());
  putArchive(store(), broken, 1000, archiveOf(1000));
  const tries = rangesAsked(broken, () => ({ cutAfter: 0 }));
  const failing = restore(0, broken.context, { ...how, fetching: { ...how.fetching, ranges: 1 } });
  await t.throwsAsync(failing, { message: /the store could not be asked \(\w+\); check DNS/ });
  t.true(tries.length >= 6);
});

storeTest('its progress is logged every ten seconds of the clock', async t => {
  const here = place(store());
  const archive = archiveOf(1000);
  putArchive(store(), here, 1000, archive);
  let seconds = 0;
  // Four seconds pass from one look at the clock to the next.
  const { context, lines } = sidecarAt(
    here.home,
    here.bucket,
    {},
    () => new Date(+new Date(noon) + 4000 * seconds++),
  );
  t.true((await restore(0, context, { ...how, fetching: { ...fetching, rangeBytes, ranges: 1 } })).ok);
  const told = lines.filter(({ msg }) => msg === 'snapshot restore goes on');
  t.true(told.length >= 3, `${told.length}`);
  t.true(told.every(({ bytes, total }) => total === archive.length && Number(bytes) <= archive.length));
  const percents = told.map(({ percent }) => Number(percent));
  t.deepEqual(
    percents,
    percents.toSorted((one, other) => one - other),
  );
});

/** Restores in a process of its own, which is killed as it asks for more ranges than it gets. */
async function killedAfter(here: Place, answered: number): Promise<Asked[]> {
  const hanging = Promise.withResolvers<void>();
  const asked = rangesAsked(here, ranges => {
    if (ranges === answered + 4) hanging.resolve();
    return ranges > answered ? 'silence' : undefined;
  });
  const script = join(import.meta.dirname, 'restore-process.ts');
  const child = spawn(process.execPath, [script, here.home, here.bucket, `${rangeBytes}`, '4'], {
    env: { ...process.env, ...environmentOf(store()) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await Promise.race([hanging.promise, once(child, 'exit')]);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return asked;
}

/** The requests for ranges from here on. @param fault of how many there have been, this one included. */
function rangesAsked(
  here: Place,
  fault: (ranges: number) => 'silence' | { cutAfter: number } | undefined,
): Asked[] {
  const asked: Asked[] = [];
  store().faults.set(here.bucket, one => (one.range ? fault(asked.push(one)) : undefined));
  return asked;
}

function first({ range }: Asked): number {
  return Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1]);
}
