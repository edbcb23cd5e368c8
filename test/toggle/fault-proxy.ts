import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createAuthority } from '../control-plane/certificates.ts';
import { writeKubeconfig } from '../control-plane/kubeconfig.ts';
import { type Fault, type FaultChoice, Faults, statusOf } from './faults.ts';
import { type Seen, seenOf } from './seen.ts';
import { tunnel, upstreamOf } from './upstream.ts';

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

type Identity = { readonly cert: string; readonly key: string; readonly ca: string };

let count = 0;
/** One for all of them: keys are dear to make. */
let identity: Promise<Identity> | undefined;

/** Starts one, as HTTPS with an authority of its own. @throws where the kubeconfig shows no token: it cannot be passed on. */
export async function startFaultProxy({ kubeconfig, directory }: Way): Promise<FaultProxy> {
  const upstream = upstreamOf(kubeconfig);
  identity ??= makeIdentity();
  const { cert, key, ca } = await identity;
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
    if (fault?.kind === 'delay') {
      fault.happened();
      await fault.until;
    }
    const found = await ask(came, body);
    call.status = found.statusCode ?? 0;
    response.on('close', () => found.destroy());
    if (fault !== undefined && fault.kind !== 'delay') {
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
  // A request may be on its way as an idle connection is ended.
  proxy.keepAliveTimeout = 0;
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const server = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const cluster = { server, certificateAuthority: ca };
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

async function makeIdentity(): Promise<Identity> {
  const authority = await createAuthority('fault-proxy-authority');
  const { certificate, key } = await authority.issue({ commonName: 'fault-proxy' }, [], ['127.0.0.1']);
  return { cert: certificate, key, ca: authority.certificate };
}
