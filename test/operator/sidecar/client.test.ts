import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import test from 'ava';
import { advance } from '../../../core/plan/advance.ts';
import { markReadyPlan } from '../../../core/plan/build.ts';
import { json, writeFiles } from '../../cluster/fakes.ts';
import { after, node, now, planID } from '../../core/plan/nodes.ts';
import { clientOf, fakeSidecar, fixturePair, open, secret, secured, taken, task } from './fake-sidecar.ts';

const pair = fixturePair('ecSEC1');
const results = {
  running: { id: task.id, type: task.type, status: 'running', submittedAt: '2026-05-01T12:00:00Z' },
  failed: { id: task.id, type: task.type, status: 'failed', error: 'no peers' },
};

test('a task is sent, asked for, listed and removed', async t => {
  const routes: Record<string, RequestListener> = {
    'POST /v0/tasks': taken,
    'GET /v0/tasks': json([results.running]),
    [`GET /v0/tasks/${task.id}`]: json(results.failed),
    [`DELETE /v0/tasks/${task.id}`]: (_request, response) => response.writeHead(204).end(),
  };
  const fake = await fakeSidecar(t, pair, (request, response) =>
    (routes[`${request.method} ${request.url}`] ?? json({ error: 'no such task' }, 404))(request, response),
  );
  const client = clientOf(t, fake.port);
  client.follow(secured, secret(pair));
  t.like(await client.submit(secured, task), { kind: 'submitted' });
  t.like(await client.poll(secured, task), { kind: 'failed', message: 'no peers' });
  t.like(await client.poll(secured, { ...task, id: 'a/../b', retryCount: 2 }), { kind: 'lost', attempt: 2 });
  t.deepEqual(await client.list(secured), {
    ok: true,
    value: [{ id: task.id, type: task.type, status: 'running' }],
  });
  t.true((await client.remove(secured, task.id)).ok);
  t.true((await client.remove(secured, 'unknown')).ok);
  t.is(fake.seen[2]?.url, '/v0/tasks/a%2F..%2Fb');
  t.is(fake.connections().opened, 1);
});

test('a node without TLS is asked over plain HTTP at its tasks port, without a token', async t => {
  const fake = await fakeSidecar(t, undefined);
  const asked: [string, number][] = [];
  const route = (host: string, port: number) => {
    asked.push([host, port]);
    return { host: '127.0.0.1', port: fake.port };
  };
  const client = clientOf(t, fake.port, { route, token: 'nowhere' });
  t.like(await client.submit(open, task), { kind: 'submitted' });
  const moved = node({ fullNode: {}, sidecar: { port: 7000 } });
  t.like(await client.submit(moved, task), { kind: 'submitted' });
  t.deepEqual(
    fake.seen.map(({ authorization }) => authorization),
    [undefined, undefined],
  );
  t.deepEqual(asked, [
    ['n0-0.n0.arctic.svc.cluster.local', 7777],
    ['n0-0.n0.arctic.svc.cluster.local', 7000],
  ]);
});

test('the token is read again after a minute, and at once after it was refused', async t => {
  const { token } = writeFiles(t, { token: 'one\n' });
  const clock = { now };
  const fake = await fakeSidecar(t, pair, (request, response) =>
    request.headers.authorization === 'Bearer two'
      ? response.writeHead(401).end('Unauthorized')
      : taken(request, response),
  );
  const client = clientOf(t, fake.port, { token, now: () => clock.now });
  client.follow(secured, secret(pair));
  await client.submit(secured, task);
  writeFileSync(token, 'two\n');
  clock.now = after(59);
  await client.submit(secured, task);
  clock.now = after(60);
  t.like(await client.submit(secured, task), { kind: 'waiting' });
  writeFileSync(token, 'three\n');
  await client.submit(secured, task);
  clock.now = after(0);
  writeFileSync(token, 'four\n');
  await client.submit(secured, task);
  t.deepEqual(
    fake.seen.map(({ authorization }) => authorization),
    ['one', 'one', 'two', 'three', 'four'].map(each => `Bearer ${each}`),
  );
});

test('a task whose answer was lost is sent again under its id, and the plan goes on', async t => {
  let count = 0;
  const plan = markReadyPlan(secured, planID);
  const [ready] = plan.tasks;
  const fake = await fakeSidecar(t, pair, (request, response) => {
    count += 1;
    if (count === 1) request.socket.destroy();
    else json({ id: ready!.id }, 201)(request, response);
  });
  const client = clientOf(t, fake.port);
  client.follow(secured, secret(pair));
  const lost = await client.submit(secured, ready!);
  t.is(advance(plan, lost, now), plan);
  t.is(advance(plan, await client.submit(secured, ready!), now).phase, 'Complete');
  t.deepEqual([...new Set(fake.seen.map(({ body }) => JSON.parse(body).id))], [ready!.id]);
});

test('a kept connection that the proxy closes meanwhile is made anew without a word', async t => {
  const fake = await fakeSidecar(t, pair);
  const client = clientOf(t, fake.port);
  client.follow(secured, secret(pair));
  for (let turn = 0; turn < 20; turn += 1) {
    t.like(await client.submit(secured, task), { kind: 'submitted' });
    // Not waited for: the client may not have heard of it yet.
    void fake.cut();
  }
});

test('a task that waits for peers is not sent', async t => {
  const seeker = { ...secured, spec: { ...secured.spec, peers: [{ label: { selector: { a: 'b' } } }] } };
  const fake = await fakeSidecar(t, pair);
  const client = clientOf(t, fake.port);
  client.follow(seeker, secret(pair));
  t.like(await client.submit(seeker, { ...task, type: 'discover-peers' }), {
    kind: 'waiting',
    message: 'no SeiNode matches the labels in spec.peers yet',
  });
  t.deepEqual(fake.seen, []);
});
