import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import anyTest from 'ava';
import { freePort } from './control-plane/apiserver.ts';
import { until } from './control-plane/until.ts';
import { besidePods, holdPodPorts } from './pod-ports.ts';

const test = anyTest.serial;

test('a port that a stranger keeps is named', async t => {
  const port = await freePort();
  const stranger = createServer().listen(port, '127.0.0.9');
  await once(stranger, 'listening');
  const message = `port ${port} is taken by another program of this machine; ss -ltnp says by which`;
  await t.throwsAsync(holdPodPorts(0, [port]), { message });
  const holding = holdPodPorts(60_000, [port]);
  stranger.close();
  await (await holding).release();
});

test('stand-ins listen once the ports are let go', async t => {
  const held = await holdPodPorts(0, []);
  let listens = false;
  const listening = besidePods(async () => {
    listens = true;
  });
  t.false(await until(() => listens, 300));
  await held.release();
  await listening;
  t.true(listens);
});

test('the ports are let go however their holder ends', async t => {
  const script = `import(${JSON.stringify(join(import.meta.dirname, 'pod-ports.ts'))})
    .then(({ holdPodPorts }) => holdPodPorts(60_000, [])).then(() => console.log('held'));`;
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const holding = holdPodPorts(60_000, []);
  holder.kill('SIGKILL');
  await (await holding).release();
  t.pass();
});
