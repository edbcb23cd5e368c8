import test from 'ava';
import { listen } from '../../../sidecar/listeners/listener.ts';

test('a fault is 500 and says nothing of itself to who asked; the log is told', async t => {
  const faults: unknown[] = [];
  const fault = new Error('ENOENT: /.sei/secret');
  const throws = { path: /^\/$/, methods: { GET: () => Promise.reject(fault) } };
  const { port, close } = await listen({ host: '127.0.0.1', port: 0 }, [throws], error => faults.push(error));
  t.teardown(close);
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  t.is(answer.status, 500);
  t.deepEqual(await answer.json(), { error: 'a fault of the sidecar; its log says more' });
  t.deepEqual(faults, [fault]);
});
