import test, { type ExecutionContext } from 'ava';
import type { ClientOptions } from '../../cluster/client.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { watchAll } from '../../cluster/watch.ts';
import { client, fakeServer, kubeconfig, nodeList, seiNode } from './fakes.ts';

const written = { manager: 'kubectl', fieldsV1: { 'f:spec': { 'k:{"name":"]"}': {} } } };
const node = seiNode('a') as { metadata: object };
const managed = { ...node, metadata: { ...node.metadata, managedFields: [written] } };

/** A node as its list, a watch and a read of it alone bring it. */
async function seen(t: ExecutionContext, options: Partial<ClientOptions>): Promise<unknown[]> {
  const { url } = await fakeServer(t, ({ url = '' }, response) => {
    const event = JSON.stringify({ type: 'ADDED', object: managed });
    // In parts, as a socket may bring it.
    if (url.includes('watch=1'))
      response.write(`${event}\n`.slice(0, 200), () => response.end(`${event}\n`.slice(200)));
    else response.end(JSON.stringify(url.includes('limit=') ? nodeList([managed]) : managed));
  });
  const opened = client(t, kubeconfig(t, { server: url }), options);
  const over = new AbortController();
  const follower = {
    query: {},
    signal: over.signal,
    lost: () => {},
    random: () => 0,
    now: () => 0,
    wait: async () => {},
  };
  const objects: unknown[] = [
    await opened.get({ verb: 'get', resource: seiNodes, namespace: 'default', name: 'a' }),
  ];
  for await (const change of watchAll(opened, seiNodes, 'default', follower)) {
    objects.push(...(change.type === 'listed' ? change.items : [change.object]));
    if (change.type !== 'listed') over.abort();
  }
  return objects;
}

test('who does not want managedFields gets an empty array for them, by whatever way an object comes', async t => {
  const bare = { ...managed, metadata: { ...managed.metadata, managedFields: [] } };
  t.deepEqual(await seen(t, { withoutManagedFields: true }), [bare, bare, bare]);
  t.deepEqual(await seen(t, {}), [managed, managed, managed]);
});
