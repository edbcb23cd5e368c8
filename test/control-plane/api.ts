import { Agent, request } from 'undici';
import type { KeyPair } from './certificates.ts';
import type { Cluster } from './kubeconfig.ts';

/** An answer of the API server; `body` is a string where it is no JSON. */
export type Answer = { readonly status: number; readonly body: unknown };

/** What start-up asks of the API server: no client library, and no second to load one. */
export type API = {
  readonly call: (method: keyof typeof contentTypes, path: string, body?: unknown) => Promise<Answer>;
  readonly close: () => Promise<void>;
};

const contentTypes = {
  GET: 'application/json',
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: 'application/merge-patch+json',
  DELETE: 'application/json',
};

/** A client that verifies the server by the cluster's CA and shows a client certificate. */
export function connectAPI({ server, certificateAuthority }: Cluster, { certificate, key }: KeyPair): API {
  const dispatcher = new Agent({
    connect: { ca: certificateAuthority, cert: certificate, key, timeout: 30_000 },
    // The API server itself gives up after a minute.
    headersTimeout: 70_000,
  });
  const call: API['call'] = async (method, path, body) => {
    const response = await request(server + path, {
      dispatcher,
      method,
      headers: { 'content-type': contentTypes[method] },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: parsed(text) };
  };
  return { call, close: () => dispatcher.destroy() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
