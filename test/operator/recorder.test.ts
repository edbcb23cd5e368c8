import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { Recorder } from '../../operator/recorder.ts';
import { client, fakeServer, json, kubeconfig } from '../cluster/fakes.ts';
import { fullNode, node, now } from '../core/plan/nodes.ts';

const subject = node(fullNode, undefined, { resourceVersion: '7' });
const told = { type: 'Normal', reason: 'PhaseTransition', message: 'phase is Pending' } as const;

/** A recorder on a server that answers each request in turn, at last with 201. */
async function made(t: import('ava').ExecutionContext, ...statuses: number[]) {
  const requests: { method: string; url: string; body: Record<string, unknown> }[] = [];
  const { url } = await fakeServer(t, async (request, response) => {
    const { method = '', url = '' } = request;
    requests.push({ method, url: url.replace(/\?.*/, ''), body: JSON.parse(await text(request)) });
    const status = statuses.shift() ?? 201;
    const answer = status < 300 ? { kind: 'Event' } : { kind: 'Status', code: status, message: 'no' };
    json(answer, status)(request, response);
  });
  const failures: string[] = [];
  const names = ['1', '2', '3'];
  const recorder = new Recorder({
    client: client(t, kubeconfig(t, { server: url })),
    now: () => now,
    suffix: () => names.shift() ?? '',
    failed: (_node, error) => void failures.push((error as Error).message),
  });
  return { recorder, requests, failures };
}

test('an Event is about the node that it tells of', async t => {
  const { recorder, requests } = await made(t);
  await recorder.record(subject, [told]);
  t.like(requests[0], {
    method: 'POST',
    url: '/api/v1/namespaces/arctic/events',
    body: {
      metadata: { namespace: 'arctic', name: 'n0.1' },
      involvedObject: { kind: 'SeiNode', namespace: 'arctic', name: 'n0', uid: 'u-1', resourceVersion: '7' },
      ...told,
      count: 1,
      firstTimestamp: '2026-05-01T12:00:00Z',
    },
  });
});

test('what is told again is counted, and of another node it is told anew', async t => {
  const { recorder, requests } = await made(t);
  await recorder.record(subject, [told, told]);
  await recorder.record(node(fullNode, undefined, { uid: 'u-2' }), [told]);
  t.deepEqual(
    requests.map(({ method, url, body }) => `${method} ${url} ${body.count}`),
    [
      'POST /api/v1/namespaces/arctic/events 1',
      'PATCH /api/v1/namespaces/arctic/events/n0.1 2',
      'POST /api/v1/namespaces/arctic/events 1',
    ],
  );
});

test('an Event that has expired is told anew', async t => {
  const { recorder, requests, failures } = await made(t, 201, 404, 201);
  await recorder.record(subject, [told, told]);
  t.deepEqual(
    requests.map(({ method }) => method),
    ['POST', 'PATCH', 'POST'],
  );
  t.deepEqual(failures, []);
});

test('an Event that cannot be written stops nothing', async t => {
  const { recorder, requests, failures } = await made(t, 403, 201);
  await recorder.record(subject, [told, { ...told, reason: 'Other' }]);
  t.deepEqual([requests.length, failures.length], [2, 1]);
});

test('no more than two Events are under way at once, and each says when it was told', async t => {
  const [moments, seen] = [[now, new Date(now.getTime() + 60_000)], new Set<unknown>()];
  let [open, most] = [0, 0];
  const { url } = await fakeServer(t, async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    seen.add(JSON.parse(await text(request)).firstTimestamp);
    // Whoever was to come by now has come.
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    open -= 1;
    json({ kind: 'Event' }, 201)(request, response);
  });
  const recorder = new Recorder({
    client: client(t, kubeconfig(t, { server: url })),
    now: () => moments[0]!,
    suffix: () => 'a',
    failed: (_node, error) => t.fail((error as Error).message),
  });
  const all = Array.from({ length: 30 }, (_, index) =>
    recorder.record(node(fullNode, undefined, { uid: `u-${index}` }), [told]),
  );
  moments.shift();
  await Promise.all(all);
  t.is(most, 2);
  t.deepEqual([...seen], ['2026-05-01T12:00:00Z']);
});
