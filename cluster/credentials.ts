import { readFileSync } from 'node:fs';
import { decodeBase64 } from '../core/base64.ts';
import { isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';
import { type ExecCredential, execCredential } from './exec-credential.ts';
import { type Entry, pathOf, textOf } from './kubeconfig.ts';
import { serverOf, type Target } from './target.ts';

/** How a caller proves who it is, and how it knows the server. */
export type Credentials = {
  /** Options of `tls.connect`; certificates and keys in PEM. */
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
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
 * Makes the credentials of a target: what a kubeconfig holds, or its credential plugin or identity provider gives.
 *
 * @param stdinTaken whether manifests are read from stdin, so that no plugin may ask there. @param now Unix milliseconds.
 * @throws ClusterError where they cannot be had.
 */
export async function credentialsOf(target: Target, stdinTaken: boolean, now: number): Promise<Credentials> {
  const { cluster, clusterName, user } = target;
  const server = serverTLS(cluster, `cluster ${shown(clusterName)}`);
  // As kubectl: nobody's secret goes over a connection that is not encrypted.
  if (user === undefined || serverOf(cluster, 'the cluster').startsWith('http:')) {
    return { tls: server, headers: {}, expires: Number.POSITIVE_INFINITY, renewable: false };
  }
  const place = `user ${shown(user.name)}`;
  const exec = await pluginCredential(user, target, stdinTaken);
  const authorization = await authorizationOf(user, place, exec);
  const kept = Boolean(user.fields.tokenFile || user.fields['auth-provider']);
  return {
    tls: { ...server, ...clientCertificate(user, place, exec) },
    headers: authorization === undefined ? {} : { authorization },
    expires: exec?.expires ?? (kept ? now + reread : Number.POSITIVE_INFINITY),
    renewable: kept || exec !== undefined,
  };
}

function serverTLS(cluster: Entry, place: string): Credentials['tls'] {
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true;
  const ca = dataOf(cluster, 'certificate-authority', place);
  if (insecure && ca !== undefined) {
    throw new ClusterError(
      `${place} of the kubeconfig ${cluster.file} has a certificate authority and insecure-skip-tls-verify: remove one`,
    );
  }
  const servername = textOf(cluster, 'tls-server-name', place);
  return {
    ...(ca !== undefined && { ca }),
    ...(insecure && { rejectUnauthorized: false }),
    ...(servername !== undefined && { servername }),
  };
}

/** What the kubeconfig itself holds outranks a plugin. */
async function pluginCredential(
  user: Entry,
  target: Target,
  stdinTaken: boolean,
): Promise<ExecCredential | undefined> {
  const own = ['token', 'tokenFile', 'username', 'client-certificate', 'client-certificate-data'];
  const { exec } = user.fields;
  return isFields(exec) && !own.some(key => user.fields[key])
    ? execCredential(exec, target, stdinTaken)
    : undefined;
}

function clientCertificate(user: Entry, place: string, exec: ExecCredential | undefined): Credentials['tls'] {
  const cert = exec?.certificate ?? dataOf(user, 'client-certificate', place);
  const key = exec?.key ?? dataOf(user, 'client-key', place);
  if ((cert === undefined) !== (key === undefined)) {
    throw new ClusterError(
      `${place} of the kubeconfig ${user.file} needs a client certificate and its key, and has one`,
    );
  }
  return cert === undefined || key === undefined ? {} : { cert, key };
}

async function authorizationOf(
  user: Entry,
  place: string,
  exec: ExecCredential | undefined,
): Promise<string | undefined> {
  const token = exec?.token ?? textOf(user, 'token', place) ?? fileText(user, 'tokenFile', place)?.trim();
  const username = textOf(user, 'username', place);
  if (token !== undefined || username === undefined) {
    return token === undefined ? fromProvider(user, place) : `Bearer ${token}`;
  }
  const password = textOf(user, 'password', place) ?? '';
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A token of an OpenID Connect provider, refreshed where it has expired: client-node knows how. */
async function fromProvider(user: Entry, place: string): Promise<string | undefined> {
  const authProvider = user.fields['auth-provider'];
  if (!isFields(authProvider)) {
    return undefined;
  }
  if (authProvider.name !== 'oidc') {
    throw new ClusterError(
      `${place} has the auth provider ${shown(authProvider.name)}, which kubectl has dropped too: use a credential plugin (exec)`,
    );
  }
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const options: { headers?: Record<string, string> } = {};
  config.loadFromClusterAndUser(
    { name: '', server: 'https://unused', skipTLSVerify: false },
    { name: '', authProvider },
  );
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    // A provider's refusal may hold a token: only its kind is said.
    const { code, name } = Object(error) as { code?: string; name?: string };
    throw new ClusterError(`${place}: the identity provider gives no token (${code ?? name}): log in again`);
  }
  return options.headers?.Authorization;
}

/** `KEY-data`, or what is in the file that `KEY` names, in PEM; as in client-go the data outranks the file. */
function dataOf(entry: Entry, key: string, place: string): string | undefined {
  const data = textOf(entry, `${key}-data`, place);
  if (data === undefined) {
    return fileText(entry, key, place);
  }
  const bytes = decodeBase64(data);
  if (bytes === undefined) {
    throw new ClusterError(`${place}: ${key}-data of the kubeconfig ${entry.file} is not base64`);
  }
  return bytes.toString();
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
