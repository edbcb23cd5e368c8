import test from 'ava';
import { sourceOf } from '../../cluster/collection.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { until } from '../control-plane/until.ts';
import { client, fakeServer, kubeconfig, seiNode } from './fakes.ts';

// Alone in its file: what keeps this process alive is counted.
test('a watch that is read no further keeps no process alive once the connections are closed', async t => {
  const { url } = await fakeServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`${JSON.stringify({ type: 'ADDED', object: seiNode('n0') })}\n`);
  });
  const timers = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
  const before = timers();
  const opened = client(t, kubeconfig(t, { server: url }));
  const source = sourceOf(opened, { resource: seiNodes }, new AbortController().signal);
  const { value } = await source
    .watch('1', () => {})
    [Symbol.asyncIterator]()
    .next();
  t.is(value?.type, 'applied');
  t.true(timers() > before);
  await opened.close();
  t.true(await until(() => timers() <= before, 10_000));
});
