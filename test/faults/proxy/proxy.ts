import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createAuthority } from '../../control-plane/certificates.ts';
import { writeKubeconfig } from '../../control-plane/kubeconfig.ts';
import type { Through } from './answers.ts';
import { type Answered, asOf } from './as-of.ts';
import { type Fault, type FaultChoice, Faults, refusalOf } from './faults.ts';
import { Gate } from './gate.ts';
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
  /** Ends every connection, and each that is made until `mend`. */
  readonly cut: () => void;
  /** Lets nothing through of what is chosen, request or answer, and ends nothing: as a network that loses every packet. */
  readonly freeze: (chosen?: (call: Seen) => boolean) => void;
  /** Keeps every connection and says nothing on any; on one that is made before `mend`, not even its part of the TLS handshake. */
  readonly mute: () => void;
  /** All is well from now on: what was frozen goes on, also where nobody waits for it any more; what is held stays held. */
  readonly mend: () => void;
  readonly close: () => void;
};

/** Who comes this way: address, authority and token of a kubeconfig, and where the new one is written. */
export type Way = { readonly kubeconfig: string; readonly directory: string };

type Identity = { readonly cert: string; readonly key: string; readonly ca: string };

// Node may spin for ever as it frees what is left of connections that were frozen: a test process ends without that.
process.once('exit', () => process.exit());

let count = 0;
/** One for all of them: keys are dear to make. */
let identity: Promise<Identity> | undefined;

/** Starts one, as HTTPS with an authority of its own. @throws where the kubeconfig shows no token: it cannot be passed on. */
export async function startFaultProxy({ kubeconfig, directory }: Way): Promise<FaultProxy> {
  const upstream = upstreamOf(kubeconfig);
  identity ??= makeIdentity();
  const { cert, key, ca } = await identity;
  // The API server ends what was idle for 90 s: a request may be on its way then.
  const agent = new https.Agent({ keepAlive: true, timeout: 60_000, ca: upstream.ca });
  const seen: Seen[] = [];
  const faults = new Faults();
  const gate = new Gate();
  const proxy = https.createServer({ cert, key }, (came, response) => {
    answer(came, response).catch(() => response.destroy());
  });
  const answer = async (came: IncomingMessage, response: ServerResponse) => {
    const reset = () => gate.reset(came.socket.remotePort);
    const body = await buffer(came);
    const call = seenOf(came, body);
    seen.push(call);
    const { fault, until, happened = () => {} } = faults.take(call) ?? {};
    await gate.passes(call);
    if (fault === 'hold') return happened();
    if (fault === 'reset before') {
      happened();
      return reset();
    }
    const refusal = refusalOf(fault);
    if (refusal) {
      call.status = refusal.status;
      happened();
      response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers });
      response.end(JSON.stringify(refusal.body));
      return;
    }
    if (fault === 'delay') {
      happened();
      await until;
    }
    const ask = (url: string) => send(came, url, body, response);
    const isAsOf = typeof fault === 'object' && 'asOf' in fault;
    const found = await (isAsOf ? asOf(call, fault.asOf, until!, ask) : ask(call.url));
    call.status = found.status;
    if (isAsOf) happened();
    if (fault === 'reset' || fault === 'hold answer') {
      // It has taken effect once its answer is there.
      await buffer(found.body);
      happened();
      if (fault === 'reset') reset();
      return;
    }
    const through: Through = typeof fault === 'object' && 'through' in fault ? fault.through : unchanged;
    const { 'content-length': _, ...headers } = found.headers;
    response.writeHead(found.status, fault === undefined ? found.headers : headers).flushHeaders();
    const passed = async function* () {
      for await (const chunk of through(found.body, happened)) {
        await gate.passes(call);
        yield chunk;
      }
    };
    await pipeline(passed, response).catch(reset);
  };
  const send = (came: IncomingMessage, url: string, body: Buffer, response: ServerResponse) =>
    new Promise<Answered>((resolve, reject) => {
      const { method, headers } = came;
      const sent = https.request(upstream.server + url, { agent, method, headers } as https.RequestOptions);
      sent.on('response', found => {
        response.on('close', () => found.destroy());
        resolve({ status: found.statusCode ?? 0, headers: found.headers, body: found });
      });
      sent.on('error', reject).end(body);
    });
  proxy.on('upgrade', (came: IncomingMessage, socket: Duplex, head: Buffer) => {
    seen.push(seenOf(came, Buffer.alloc(0)));
    tunnel(upstream, came, socket, head);
  });
  // A request may be on its way as an idle connection is ended.
  proxy.keepAliveTimeout = 0;
  const front = createServer(socket => void (gate.enter(socket) && proxy.emit('connection', socket)));
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  const server = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const cluster = { server, certificateAuthority: ca };
  return {
    kubeconfig: writeKubeconfig(join(directory, `fault-proxy-${count++}.kubeconfig`), cluster, upstream),
    seen,
    fault: (fault, choice) => faults.add(fault, choice),
    cut: () => gate.cut(),
    freeze: (chosen = () => true) => gate.freeze(chosen),
    mute: () => gate.mute(),
    mend: () => {
      faults.clear();
      gate.mend();
    },
    close: () => {
      front.close();
      gate.close();
      agent.destroy();
    },
  };
}

const unchanged: Through = async function* (bytes) {
  yield* bytes;
};

async function makeIdentity(): Promise<Identity> {
  const authority = await createAuthority('fault-proxy-authority');
  const { certificate, key } = await authority.issue({ commonName: 'fault-proxy' }, [], ['127.0.0.1']);
  return { cert: certificate, key, ca: authority.certificate };
}
