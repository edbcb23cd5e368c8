import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';
import { type ExecCredential, execCredential } from './exec-credential.ts';
import { type Entry, pathOf, textOf } from './kubeconfig.ts';
import { serverOf, type Target } from './target.ts';

/** How a caller proves who it is, and how it knows the server. */
export type Credentials = {
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };
  /** Sent with every request; `Authorization`, or nothing. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unix milliseconds after which they must be made again. */
  readonly expires: number;
  /** Whether making them again may give others. */
  readonly renewable: boolean;
};

/** How long a token is used that stands in a file or comes from an identity provider, as client-go has it. */
const reread = 60_000;

/**
 * Makes the credentials of a target: what a kubeconfig holds or its credential plugin gives.
 *
 * @param stdinTaken whether manifests are read from stdin, so that no plugin may ask there. @param now Unix milliseconds.
 * @throws ClusterError where they cannot be had.
 */
export async function credentialsOf(target: Target, stdinTaken: boolean, now: number): Promise<Credentials> {
  const place = `user ${shown(target.user?.name ?? '')}`;
  const server = serverOf(target.cluster, 'the cluster');
  // As kubectl: nobody's secret goes over a connection that is not encrypted.
  const entry = server.startsWith('http:') ? undefined : target.user;
  const exec = entry && (await pluginCredential(entry, target, stdinTaken));
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clusterOf(target), {
    name: 'user',
    ...(entry && userOf(entry, place, exec)),
  });
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw unusable(place, error);
  }
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const kept = Boolean(entry?.fields.tokenFile || entry?.fields['auth-provider']);
  const tls = { ca, cert, key, rejectUnauthorized, servername };
  return {
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined && value !== null)),
    headers: authorization(options),
    expires: exec?.expires ?? (kept ? now + reread : Number.POSITIVE_INFINITY),
    renewable: kept || exec !== undefined,
  };
}

async function pluginCredential(
  user: Entry,
  target: Target,
  stdinTaken: boolean,
): Promise<ExecCredential | undefined> {
  const { exec, token, tokenFile } = user.fields;
  const own =
    token || tokenFile || user.fields['client-certificate'] || user.fields['client-certificate-data'];
  return isFields(exec) && !own ? execCredential(exec, target, stdinTaken) : undefined;
}

function clusterOf({ cluster, clusterName }: Target) {
  const place = `cluster ${shown(clusterName)}`;
  const server = serverOf(cluster, place);
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true;
  const caData = dataOf(cluster, 'certificate-authority', place);
  if (insecure && caData !== undefined) {
    throw new ClusterError(
      `${place} of the kubeconfig ${cluster.file} has a certificate authority and insecure-skip-tls-verify: remove one`,
    );
  }
  const tlsServerName = textOf(cluster, 'tls-server-name', place);
  return {
    name: 'cluster',
    server,
    // The library takes http only where this is set.
    skipTLSVerify: insecure || server.startsWith('http:'),
    ...(caData !== undefined && { caData }),
    ...(tlsServerName !== undefined && { tlsServerName }),
  };
}

function userOf(user: Entry, place: string, exec: ExecCredential | undefined) {
  const authProvider = user.fields['auth-provider'];
  if (isFields(authProvider) && authProvider.name !== 'oidc') {
    throw new ClusterError(
      `${place} has the auth provider ${shown(authProvider.name)}, which kubectl has dropped too: use a credential plugin (exec)`,
    );
  }
  const token = exec?.token ?? textOf(user, 'token', place) ?? fileText(user, 'tokenFile', place)?.trim();
  const certData = base64(exec?.certificate) ?? dataOf(user, 'client-certificate', place);
  const keyData = base64(exec?.key) ?? dataOf(user, 'client-key', place);
  if ((certData === undefined) !== (keyData === undefined)) {
    throw new ClusterError(
      `${place} of the kubeconfig ${user.file} needs a client certificate and its key, and has one`,
    );
  }
  const username = textOf(user, 'username', place);
  const password = textOf(user, 'password', place) ?? '';
  return {
    ...(token !== undefined && { token }),
    ...(certData !== undefined && keyData !== undefined && { certData, keyData }),
    ...(username !== undefined && { username, password }),
    ...(isFields(authProvider) && { authProvider }),
  };
}

/** `KEY-data`, or the file that `KEY` names, in base64; as in client-go the data outranks the file. */
function dataOf(entry: Entry, key: string, place: string): string | undefined {
  const data = textOf(entry, `${key}-data`, place);
  return data ?? base64(fileText(entry, key, place));
}

function fileText(entry: Entry, key: string, place: string): string | undefined {
  const path = pathOf(entry, key, place);
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ClusterError(
      `${place}: the ${key} ${path} of the kubeconfig ${entry.file} cannot be read: ${code}`,
    );
  }
}

function base64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('base64');
}

function authorization({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const { Authorization: given } = headers as Record<string, string | undefined>;
  const basic = auth ? `Basic ${Buffer.from(auth).toString('base64')}` : undefined;
  const value = given ?? basic;
  return value === undefined ? {} : { Authorization: value };
}

/** An identity provider's refusal may hold a token: only its kind is said. */
function unusable(place: string, error: unknown): ClusterError {
  const { code, name } = Object(error) as { code?: string; name?: string };
  return new ClusterError(`${place}: the credentials cannot be used: ${code ?? name}; log in again`);
}
