import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { until } from '../control-plane/until.ts';
import { temporaryDirectory } from '../directory.ts';
import { requires } from '../requires.ts';
import { findObjectStore } from './program.ts';
import { type Proxied, startProxy } from './proxy.ts';

/** A running store, behind a proxy that keeps count and makes faults. */
export type ObjectStore = Proxied & {
  /** The directory that the buckets are directories of. */
  readonly root: string;
  readonly stop: () => Promise<void>;
};

/** The store's own account, and one that may do nothing. */
export const accounts: Readonly<Record<'owner' | 'stranger', Account>> = {
  owner: { access: 'owner', secret: 'owner-secret' },
  stranger: { access: 'stranger', secret: 'stranger-secret' },
};

export type Account = { readonly access: string; readonly secret: string };

const program = findObjectStore();

/** A `test` that needs a store. */
export const withObjectStore = (declare?: Parameters<typeof requires>[2]) =>
  requires('an S3 store; install Go to build versitygw', program !== undefined, declare);

/** Starts a store for all tests of a file, and makes it the one that the SDK of AWS finds in the environment. */
export function objectStoreOf(test: TestFn): () => ObjectStore {
  let store: ObjectStore | undefined;
  test.before(async () => {
    if (program !== undefined) store = await startObjectStore(program);
    Object.assign(process.env, store === undefined ? {} : environmentOf(store));
  });
  test.after.always(() => store?.stop());
  return () => store as ObjectStore;
}

/** What a program is told so that it finds the store. */
export function environmentOf({ endpoint }: ObjectStore, { access, secret } = accounts.owner) {
  return { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret };
}

async function startObjectStore(command: string): Promise<ObjectStore> {
  const directory = temporaryDirectory('object-store');
  const [root, socket] = [join(directory, 'buckets'), join(directory, 'socket')];
  for (const name of ['buckets', 'accounts', 'metadata']) mkdirSync(join(directory, name));
  const { access, secret } = accounts.stranger;
  const users = { accessAccounts: { [access]: { access, secret, role: 'user' } } };
  writeFileSync(join(directory, 'accounts', 'users.json'), JSON.stringify(users));
  // Else it closes a connection with its answer, which whoever has still to write on it may not come to read: sent once more.
  const gateway = ['--keep-alive', '--port', socket, '--iam-dir', join(directory, 'accounts'), '--quiet'];
  // Objects that tests put there as files have no ETag of their own.
  const backend = ['posix', '--sidecar', join(directory, 'metadata'), '--default-etag', '"none"', root];
  const child = spawn(command, [...gateway, ...backend], {
    env: { ROOT_ACCESS_KEY: accounts.owner.access, ROOT_SECRET_KEY: accounts.owner.secret },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await untilListening(socket);
  const { server, ...proxied } = await startProxy(socket);
  const stop = async () => {
    server.close().closeAllConnections();
    child.kill();
    await ended;
  };
  return Object.assign(proxied.store, { root, stop });
}

/** The store has no other way to say that it is there. */
async function untilListening(socket: string): Promise<void> {
  const isThere = async () => {
    const connection = connect(socket);
    await once(connection, 'connect').finally(() => connection.destroy());
    return true;
  };
  if (!(await until(isThere))) throw new Error('versitygw does not start to listen');
}
