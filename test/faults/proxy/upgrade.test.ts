import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import test from 'ava';
import { listen } from '../../cluster/fakes.ts';
import { createAuthority } from '../../control-plane/certificates.ts';
import { writeKubeconfig } from '../../control-plane/kubeconfig.ts';
import { temporaryDirectory } from '../../directory.ts';
import { startFaultProxy } from './proxy.ts';
import { isWrite } from './seen.ts';

test('what speaks another protocol after its upgrade goes through in both directions, as port-forward does', async t => {
  const directory = temporaryDirectory('upgrade');
  const authority = await createAuthority('authority');
  const { certificate, key } = await authority.issue({ commonName: 'server' }, [], ['127.0.0.1']);
  const server = https.createServer({ cert: certificate, key }).on('upgrade', echo);
  t.teardown(() => server.close());
  const cluster = {
    server: `https://127.0.0.1:${await listen(server)}`,
    certificateAuthority: authority.certificate,
  };
  const kubeconfig = writeKubeconfig(join(directory, 'kubeconfig'), cluster, { token: 'a token' });
  const proxy = await startFaultProxy({ kubeconfig, directory });
  t.teardown(proxy.close);
  const { clusters } = JSON.parse(readFileSync(proxy.kubeconfig, 'utf8'));
  const { server: url, 'certificate-authority-data': ca } = clusters[0].cluster;
  const headers = { connection: 'upgrade', upgrade: 'echo', authorization: 'Bearer a token' };
  const asked = https.get(`${url}/portforward`, { headers, ca: Buffer.from(ca, 'base64') });
  const [response, socket] = (await once(asked, 'upgrade')) as [{ statusCode: number }, Duplex];
  t.is(response.statusCode, 101);
  for (const word of ['one', 'two']) {
    socket.write(word);
    t.is(String((await once(socket, 'data'))[0]), `Bearer a token: ${word}`);
  }
  socket.destroy();
  t.deepEqual(
    proxy.seen.map(call => [call.method, call.path, isWrite(call)]),
    [['GET', '/portforward', false]],
  );
});

function echo({ headers }: { headers: { authorization?: string } }, socket: Duplex): void {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  socket.on('data', said => socket.write(`${headers.authorization}: ${said}`)).on('error', () => {});
}
