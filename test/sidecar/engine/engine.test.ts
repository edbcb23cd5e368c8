import test from 'ava';
import { success } from '../../../core/result.ts';
import { markReady } from '../../../sidecar/tasks/mark-ready.ts';
import type { TaskKind } from '../../../sidecar/tasks/task.ts';
import { engineOf, heldKind, now } from '../place.ts';

const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const other = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
const settle = () => new Promise(resolve => setImmediate(resolve));
const ends = (run: TaskKind['run']): TaskKind => ({ params: {}, exclusive: false, run });

test('a task is stored as running, then as completed', async t => {
  const { kind, begun } = heldKind();
  const { engine } = engineOf(t, { held: kind });
  t.is(engine.submit({ id, type: 'held', params: { a: 1 } }), id);
  const running = {
    id,
    type: 'held',
    status: 'running' as const,
    params: { a: 1 },
    submittedAt: now.toISOString(),
  };
  t.deepEqual(engine.get(id), running);
  await settle();
  begun[0]?.end(success(undefined));
  await settle();
  t.deepEqual(engine.get(id), { ...running, status: 'completed', completedAt: now.toISOString() });
});

test('a task without an id is given one', t => {
  const { kind } = heldKind();
  const { engine } = engineOf(t, { held: kind });
  t.regex(engine.submit({ type: 'held' }), /^[\da-f]{8}-[\da-f]{4}-4/);
});

test('one that runs or is completed does not run again under its id', async t => {
  const { kind, begun } = heldKind();
  const { engine } = engineOf(t, { held: kind });
  for (let time = 0; time < 3; time += 1) engine.submit({ id, type: 'held' });
  await settle();
  t.is(begun.length, 1);
  begun[0]?.end(success(undefined));
  await settle();
  engine.submit({ id, type: 'held' });
  await settle();
  t.is(begun.length, 1);
});

test('one that failed runs again under its id', async t => {
  const { kind, begun } = heldKind();
  const { engine } = engineOf(t, { held: kind });
  engine.submit({ id, type: 'held' });
  await settle();
  begun[0]?.end({ ok: false, error: 'the disk is full' });
  await settle();
  t.is(engine.get(id)?.error, 'the disk is full');
  engine.submit({ id, type: 'held' });
  await settle();
  begun[1]?.end(success(undefined));
  await settle();
  t.is(engine.get(id)?.status, 'completed');
  t.is(engine.get(id)?.error, undefined);
});

const faults = [
  ['throws an error', new Error('no such file'), 'no such file'],
  ['throws something else', 'oops', 'the task failed without saying why'],
  ['throws lines', new Error('one\nand\u001b[31m two'), 'one\\nand\\u001b[31m two'],
  ['throws a book', new Error('x'.repeat(5000)), `${'x'.repeat(4000)}… (1000 more)`],
] as const;
for (const [what, thrown, says] of faults) {
  test(`a task that ${what} fails, and the sidecar lives`, async t => {
    const { engine } = engineOf(t, { bad: ends(() => Promise.reject(thrown)) });
    engine.submit({ id, type: 'bad' });
    await settle();
    t.is(engine.get(id)?.status, 'failed');
    t.is(engine.get(id)?.error, says);
  });
}

test('tasks that write what seid reads run one after the other, others beside them', async t => {
  const writes = heldKind(true);
  const beside = heldKind();
  const { engine } = engineOf(t, { writes: writes.kind, beside: beside.kind });
  engine.submit({ type: 'writes', params: { id: 1 } });
  engine.submit({ type: 'writes', params: { id: 2 } });
  engine.submit({ type: 'beside' });
  await settle();
  t.deepEqual(
    writes.begun.map(({ id }) => id),
    [1],
  );
  t.is(beside.begun.length, 1);
  writes.begun[0]?.end({ ok: false, error: 'failed' });
  await settle();
  t.deepEqual(
    writes.begun.map(({ id }) => id),
    [1, 2],
  );
});

test('a deleted task is cut off, forgotten, and may come again once it has ended', async t => {
  const { kind, begun, signals } = heldKind();
  const { engine } = engineOf(t, { held: kind });
  engine.submit({ id, type: 'held' });
  await settle();
  t.true(engine.remove(id));
  t.true(signals[0]?.aborted);
  t.is(engine.get(id), undefined);
  engine.submit({ id, type: 'held' });
  await settle();
  t.is(begun.length, 2);
  t.is(engine.get(id)?.status, 'running');
  t.false(engine.remove(other));
});

test('a deleted task that ends well as the sidecar stops is not stored again', async t => {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<TaskKind['run']>>>();
  const { engine, store } = engineOf(t, { deaf: ends(() => promise) });
  engine.submit({ id, type: 'deaf' });
  await settle();
  engine.remove(id);
  const stopped = engine.stop();
  resolve(success(undefined));
  await stopped;
  t.is(store.get(id), undefined);
});

test('a task that waited for its turn and was deleted never begins', async t => {
  const { kind, begun } = heldKind(true);
  const { engine } = engineOf(t, { held: kind });
  engine.submit({ id, type: 'held' });
  engine.submit({ id: other, type: 'held' });
  engine.remove(other);
  await settle();
  begun[0]?.end(success(undefined));
  await settle();
  t.is(begun.length, 1);
});

test('mark-ready makes it ready until the next start, and not when it was deleted meanwhile', async t => {
  const first = engineOf(t, { 'mark-ready': markReady });
  t.false(first.engine.ready);
  first.engine.submit({ id, type: 'mark-ready' });
  first.engine.remove(id);
  await settle();
  t.false(first.engine.ready);
  first.engine.submit({ id, type: 'mark-ready' });
  await settle();
  t.true(first.engine.ready);
  first.store.close();
  const next = engineOf(t, { 'mark-ready': markReady }, first.home);
  next.engine.resume();
  await settle();
  t.false(next.engine.ready);
});

test('what a stop cuts off runs again after the next start, under its id; what ended does not', async t => {
  const before = heldKind();
  const first = engineOf(t, { held: before.kind });
  first.engine.submit({ id, type: 'held', params: { id: 'cut off' } });
  first.engine.submit({ id: other, type: 'held', params: { id: 'ended' } });
  await settle();
  before.begun[1]?.end(success(undefined));
  await first.engine.stop();
  t.is(first.engine.get(id)?.status, 'running');
  first.store.close();
  const after = heldKind();
  const next = engineOf(t, { held: after.kind }, first.home);
  next.engine.resume();
  await settle();
  t.deepEqual(
    after.begun.map(begun => begun.id),
    ['cut off'],
  );
});

test('the last hundred are told, newest first', async t => {
  const { engine } = engineOf(t, { good: ends(async () => success(undefined)) });
  const ids = Array.from({ length: 101 }, () => engine.submit({ type: 'good' }));
  await settle();
  t.deepEqual(
    engine.recent().map(task => task.id),
    ids.toReversed().slice(0, 100),
  );
});

test('a task of a former sidecar that is not served here fails and says so', async t => {
  const first = engineOf(t, { 'gov-vote': heldKind().kind });
  first.engine.submit({ id, type: 'gov-vote' });
  first.store.close();
  const next = engineOf(t, {}, first.home);
  next.engine.resume();
  await settle();
  t.is(next.engine.get(id)?.error, 'task type gov-vote is not served by this sidecar');
});

test('an end that the store does not take is told all the same, and stored once it does', async t => {
  const { engine, store, lines } = engineOf(t, { good: ends(async () => success(undefined)) });
  const { save } = store;
  let full = false;
  Object.assign(store, {
    save: (result: Parameters<typeof save>[0]) => {
      if (full) throw new Error('database or disk is full');
      save(result);
    },
  });
  engine.submit({ id, type: 'good' });
  full = true;
  await settle();
  t.is(engine.get(id)?.status, 'completed');
  t.is(engine.recent()[0]?.status, 'completed');
  t.is(store.get(id)?.status, 'running');
  t.true(lines.some(line => line.includes('cannot be stored yet')));
  t.throws(() => engine.submit({ id: other, type: 'good' }), { message: /disk is full/ });
  t.is(engine.get(other), undefined);
  full = false;
  engine.get(id);
  t.is(store.get(id)?.status, 'completed');
  engine.submit({ id: other, type: 'good' });
  full = true;
  await settle();
  engine.remove(other);
  t.is(engine.get(other), undefined);
});
