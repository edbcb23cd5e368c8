import http from 'node:http';
import type { TLSSocket } from 'node:tls';
import { boundedText } from '../../cluster/bounded.ts';
import type { Client } from '../../cluster/client.ts';
import { ClusterError, fault } from '../../cluster/error.ts';
import { serviceAccounts } from '../../cluster/resource.ts';
import { isFields } from '../../core/schema/structural.ts';
import { type Answer, bodyOf } from '../../core/sidecar/answer.ts';

/** A ServiceAccount. */
export type Account = { readonly namespace: string; readonly name: string };

/** What a node's tasks port answers to a ServiceAccount. */
export type TasksAnswer = {
  /** `NAMESPACE/NAME` */
  readonly serviceAccount: string;
  readonly status: number;
  readonly allowed: boolean;
  /** What the status means. */
  readonly message: string;
};

/** Seconds: the shortest life that the API server gives a token. */
const life = 600;
/** Bytes: a sidecar knows some hundred tasks. */
const longest = 4 * 1024 * 1024;
/** Milliseconds for the whole answer. */
const patience = 10_000;

/**
 * Asks for the tasks of a node in the name of a ServiceAccount, by a token made for this alone.
 *
 * @param socket of the peer, verified: what goes over it is a token. @param node its `NAMESPACE/NAME`. @param host its name.
 * @throws ClusterError where there is no token to be had, or no answer.
 */
export async function askTasks(
  client: Client,
  socket: TLSSocket,
  { node, host }: { readonly node: string; readonly host: string },
  account: Account,
): Promise<TasksAnswer> {
  const answer = await exchange(socket, host, await mintToken(client, account));
  const serviceAccount = `${account.namespace}/${account.name}`;
  const caller = `ServiceAccount ${serviceAccount}`;
  const body = bodyOf(answer, { verb: 'get', node, tls: true, caller });
  const message = body.ok ? `${caller} may ask for the tasks of ${node}` : body.error;
  return { serviceAccount, status: answer.status, allowed: body.ok, message };
}

/** A TokenRequest (Kubernetes API, authentication/v1). */
async function mintToken(client: Client, account: Account): Promise<string> {
  const value = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: life },
  };
  const write = { verb: 'create', resource: serviceAccounts, ...account, subresource: 'token' } as const;
  const { status } = await client.write(write, { type: 'application/json', value });
  if (!isFields(status) || typeof status.token !== 'string') {
    throw new ClusterError(
      `${client.where} gives no token for ServiceAccount ${account.namespace}/${account.name}`,
    );
  }
  return status.token;
}

function exchange(socket: TLSSocket, host: string, token: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      reject(new ClusterError(`${host} does not answer for its tasks (${code}): ask again`));
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const options = { createConnection: () => socket, host, path: '/v0/tasks', headers };
    const request = http.request(options, response => {
      boundedText(response, longest).then(body => {
        // A server that repeats what it was sent must not bring a token onto a screen.
        resolve({ status: response.statusCode ?? 0, text: body.replaceAll(token, '[token]') });
      }, fail);
    });
    // Nobody asked for another protocol. Unheard, Node would drop the request without a word.
    request.on('upgrade', ({ statusCode = 0 }) => resolve({ status: statusCode, text: '' }));
    const end = () => {
      fail(fault('ETIMEDOUT'));
      socket.destroy();
    };
    const timer = setTimeout(end, patience);
    request.on('close', () => clearTimeout(timer));
    request.on('error', fail).end();
  });
}
