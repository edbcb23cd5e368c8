import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';

/** A request that a probe pod sends. */
export type Question = {
  readonly url: string;
  /** Whether with the token of the pod's ServiceAccount. */
  readonly token?: boolean;
  readonly method?: string;
  /** Names and values in turn, as they are written. */
  readonly headers?: readonly string[];
  readonly body?: string;
};

/** What came: a status, or the code of the fault. `issuer` is the CN of who issued the server's certificate. */
export type Answer = {
  readonly status?: number;
  readonly text?: string;
  readonly issuer?: string;
  readonly fault?: string;
};

const account = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Asks over a connection of its own; certificates are verified by the authorities beside this file. */
export function ask({ url, token, method = 'GET', headers = [], body = '' }: Question): Promise<Answer> {
  const { host, protocol } = new URL(url);
  const sent = ['host', host, 'connection', 'close', 'content-length', `${Buffer.byteLength(body)}`];
  if (token) sent.push('authorization', `Bearer ${readFileSync(account, 'utf8')}`);
  const ca = readFileSync(`${import.meta.dirname}/authorities.pem`);
  // Of the connecting too: a NetworkPolicy may drop it without a word.
  const options = { method, agent: false, ca, timeout: 3000, headers: [...sent, ...headers] as never };
  return new Promise(resolve => {
    const request = (protocol === 'https:' ? https : http).request(url, options, async response => {
      const { CN: issuer } = (response.socket as TLSSocket).getPeerCertificate?.().issuer ?? {};
      const answer = { status: response.statusCode ?? 0, text: await text(response) };
      resolve({ ...answer, ...(typeof issuer === 'string' && { issuer }) });
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'timeout' })));
    request.on('error', (fault: NodeJS.ErrnoException) => resolve({ fault: fault.code ?? fault.message }));
    request.end(body);
  });
}
