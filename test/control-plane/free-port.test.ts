import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { freePort } from './apiserver.ts';

/** Chooses these, one after the other. */
const of = (ports: readonly number[]) => {
  const left = [...ports];
  return () => left.shift()!;
};

test('a port that was given is not given again, though nobody listens there yet', async t => {
  const [one, other] = [await freePort(), await freePort()];
  const next = await freePort(of([one, other, 19_999]));
  t.is(next, 19_999);
});

test('nor is it by another process, until this one ends', async t => {
  const script = `import(${JSON.stringify(join(import.meta.dirname, 'apiserver.ts'))})
    .then(({ freePort }) => freePort()).then(port => console.log(port)).then(() => setInterval(() => {}, 1e9));`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number((await once(holder.stdout, 'data'))[0]);
  t.is(await freePort(of([port, 19_998])), 19_998);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  t.is(await freePort(of([port])), port);
});

test('a port where somebody listens is not given', async t => {
  const taken = await freePort();
  const server = createServer().listen(19_997, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  t.is(await freePort(of([19_997, taken, 19_996])), 19_996);
});
