import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { createAuthority } from '../control-plane/certificates.ts';
import { writeKubeconfig } from '../control-plane/kubeconfig.ts';
import { type Fault, type FaultChoice, Faults, statusOf } from './faults.ts';
import { type Seen, seenOf } from './seen.ts';

/** A way to the API server on which things go wrong where a test says so. */
export type FaultProxy = {
  /** A kubeconfig of the same user that goes this way. */
  readonly kubeconfig: string;
  /** Every request so far, in order. Tests may empty it. */
  readonly seen: Seen[];
  /** Lets something happen to a call. @returns the call, once it has. */
  readonly fault: (fault: Fault, choice?: FaultChoice) => Promise<Seen>;
  /** All is well from now on; what is held stays held. */
  readonly mend: () => void;
  readonly close: () => void;
};

/** Who comes this way: address, authority and token of a kubeconfig, and where the new one is written. */
export type Way = { readonly kubeconfig: string; readonly directory: string };

let count = 0;

/** Starts one, as HTTPS with an authority of its own. @throws where the kubeconfig shows no token: it cannot be passed on. */
export async function startFaultProxy({ kubeconfig, directory }: Way): Promise<FaultProxy> {
  const upstream = upstreamOf(kubeconfig);
  const authority = await createAuthority('fault-proxy-authority');
  const { certificate: cert, key } = await authority.issue({ commonName: 'fault-proxy' }, [], ['127.0.0.1']);
  const agent = new https.Agent({ keepAlive: true, ca: upstream.ca });
  const seen: Seen[] = [];
  const faults = new Faults();
  const proxy = https.createServer({ cert, key }, (came, response) => {
    answer(came, response).catch(() => response.destroy());
  });
  const answer = async (came: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(came);
    const call = seenOf(came, body);
    seen.push(call);
    const fault = faults.take(call);
    if (fault?.kind === 'hold') return fault.happened();
    if (fault?.kind === 'refuse') {
      call.status = fault.code;
      fault.happened();
      response.writeHead(fault.code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(statusOf(fault.code)));
      return;
    }
    const found = await ask(came, body);
    call.status = found.statusCode ?? 0;
    response.on('close', () => found.destroy());
    if (fault !== undefined) {
      // It has taken effect once its answer is there.
      await buffer(found);
      fault.happened();
      if (fault.kind === 'reset') response.destroy();
      return;
    }
    response.writeHead(call.status, found.headers).flushHeaders();
    found.pipe(response);
  };
  const ask = (came: IncomingMessage, body: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url, headers } = came;
      const sent = https.request(upstream.server + url, { agent, method, headers } as https.RequestOptions);
      sent.on('response', resolve).on('error', reject).end(body);
    });
  proxy.on('upgrade', (came: IncomingMessage, socket: Duplex, head: Buffer) => {
    seen.push(seenOf(came, Buffer.alloc(0)));
    tunnel(upstream, came, socket, head);
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const server = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const cluster = { server, certificateAuthority: authority.certificate };
  return {
    kubeconfig: writeKubeconfig(join(directory, `fault-proxy-${count++}.kubeconfig`), cluster, upstream),
    seen,
    fault: (fault, choice) => faults.add(fault, choice),
    mend: () => faults.clear(),
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
      agent.destroy();
    },
  };
}

type Upstream = { readonly server: string; readonly ca: string; readonly token: string };

function upstreamOf(kubeconfig: string): Upstream {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const { token } = users[0].user;
  if (token === undefined) throw new Error(`${kubeconfig} has no token`);
  return { server, ca: Buffer.from(authority, 'base64').toString(), token };
}

/** What speaks another protocol from here on, such as port-forward, is passed as it is. */
function tunnel({ server, ca }: Upstream, came: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { hostname, port } = new URL(server);
  const onward = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['http/1.1'] });
  const { rawHeaders } = came;
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
  onward.write([`${came.method} ${came.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  onward.write(head);
  onward.pipe(socket).pipe(onward);
  for (const [one, other] of [
    [socket, onward],
    [onward, socket],
  ] as const) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
}
