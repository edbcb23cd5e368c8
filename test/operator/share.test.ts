import test from 'ava';
import { shardOf } from '../../core/shards.ts';
import { Share } from '../../operator/share.ts';

/** A share of two shards, with a namespace of each, whose looks end when they are told to. */
function made() {
  const names = ['arctic', 'baltic', 'celtic', 'doric'];
  const namespaces = [0, 1].map(shard => names.find(name => shardOf(name, 2) === shard)!);
  const looks: (() => void)[] = [];
  const share = new Share(2, async open => {
    await new Promise<void>(resolve => looks.push(resolve));
    open();
  });
  return { share, looks, worked: () => namespaces.map(name => share.has(name)) };
}

const settled = () => new Promise(setImmediate);

test('a shard is worked once all there is was looked at, and one that comes meanwhile after another look', async t => {
  const { share, looks, worked } = made();
  const taken = share.take(0);
  void share.take(1);
  await settled();
  t.deepEqual([share.isAny, looks.length], [false, 1]);
  looks[0]!();
  await settled();
  t.deepEqual([worked(), looks.length], [[true, false], 2]);
  looks[1]!();
  await taken;
  t.deepEqual(worked(), [true, true]);
});

test('a shard that is dropped before it was looked at is not worked', async t => {
  const { share, looks, worked } = made();
  const taken = share.take(0);
  share.drop(0);
  looks[0]!();
  await taken;
  t.deepEqual(worked(), [false, false]);
  t.false(share.isAny);
});

test('a shard is worked no more from when it is dropped', async t => {
  const { share, looks, worked } = made();
  const taken = share.take(1);
  looks[0]!();
  await taken;
  t.deepEqual(worked(), [false, true]);
  share.drop(1);
  t.deepEqual(worked(), [false, false]);
});

test('what has no namespace goes with default', async t => {
  const { share, looks } = made();
  const taken = share.take(shardOf('default', 2));
  looks[0]!();
  await taken;
  t.true(share.has(undefined));
  t.true(share.has(''));
});

test('where it cannot be looked at, that is told', async t => {
  const share = new Share(2, async () => {
    throw new Error('forbidden');
  });
  await t.throwsAsync(share.take(0), { message: 'forbidden' });
});
