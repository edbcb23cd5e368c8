import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { type Check, healthRoutes } from '../../operator/health.ts';
import { ListenError, listen, type Routes } from '../../operator/listen.ts';
import { listen as listenAnywhere } from '../cluster/fakes.ts';

const flag = '--health-probe-bind-address';

async function served(t: ExecutionContext, routes: Routes, failed: (error: unknown) => void = () => {}) {
  const listening = (await listen(flag, '127.0.0.1:0', routes, failed))!;
  t.teardown(listening.close);
  return async (path: string, method = 'GET') => {
    const response = await fetch(listening.url + path, { method });
    return [response.status, await response.text()];
  };
}

test('readyz names every check that fails until none does, healthz is its own', async t => {
  const unsynced = new Set(['seinodes', 'secrets']);
  const checks = [...unsynced].map(
    (name): Check =>
      () =>
        unsynced.has(name) ? `collection ${name} is not synced yet` : undefined,
  );
  const ask = await served(t, healthRoutes([], checks));
  const [first, second] = ['collection seinodes is not synced yet', 'collection secrets is not synced yet'];
  t.deepEqual(await ask('/readyz'), [503, `${first}\n${second}\n`]);
  t.deepEqual(await ask('/healthz'), [200, 'ok\n']);
  unsynced.delete('secrets');
  t.deepEqual(await ask('/readyz?verbose'), [503, `${first}\n`]);
  unsynced.clear();
  t.deepEqual(await ask('/readyz'), [200, 'ok\n']);
});

test('nothing else is served, and what a check throws is told to the log alone', async t => {
  const faults: unknown[] = [];
  const fault = new Error('inside');
  const broken: Check = () => {
    throw fault;
  };
  const ask = await served(t, healthRoutes([broken], []), error => void faults.push(error));
  t.deepEqual(await ask('/'), [404, 'there is /healthz, /readyz\n']);
  t.deepEqual(await ask('/constructor'), [404, 'there is /healthz, /readyz\n']);
  t.deepEqual(await ask('/readyz', 'POST'), [405, 'GET alone\n']);
  t.deepEqual(await ask('/healthz'), [500, 'internal error\n']);
  t.deepEqual(faults, [fault]);
});

test('0 is nowhere, and an address without a host is every address', async t => {
  t.is(await listen(flag, '0', {}, () => {}), undefined);
  const listening = (await listen(flag, ':0', healthRoutes([], []), () => {}))!;
  t.teardown(listening.close);
  const { port } = new URL(listening.url);
  t.is((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

for (const address of ['8081', 'localhost', ':http', ':70000', '::1:80', '', ' :80', 'http://a:80']) {
  test(`the address "${address}" is refused in one sentence`, async t => {
    const message = `${flag} cannot be "${address}": write HOST:PORT, :PORT, or 0 for nowhere`;
    await t.throwsAsync(
      listen(flag, address, {}, () => {}),
      { instanceOf: ListenError, message },
    );
  });
}

test('a port in use and an address of another machine are one sentence each', async t => {
  const other = createServer();
  t.teardown(() => other.close());
  const address = `127.0.0.1:${await listenAnywhere(other)}`;
  await t.throwsAsync(
    listen(flag, address, {}, () => {}),
    {
      instanceOf: ListenError,
      message: `cannot listen on ${address} (${flag}): another process listens there: choose another port (EADDRINUSE)`,
    },
  );
  await t.throwsAsync(
    listen(flag, '192.0.2.1:1', {}, () => {}),
    {
      instanceOf: ListenError,
      message: /^cannot listen on 192\.0\.2\.1:1 \(\S+\): no address of this machine/,
    },
  );
});
