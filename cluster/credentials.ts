import { createSecureContext, type SecureContext } from 'node:tls';
import { isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { modernTLS } from '../core/tls.ts';
import { authoritiesOfSystem } from './authorities.ts';
import { dataOf, type Entry, fileOf, headerValue, textOf } from './entry.ts';
import { ClusterError } from './error.ts';
import type { ExecCredential } from './exec-credential.ts';
import { idTokenOf } from './oidc.ts';
import { serverOf, type Target } from './target.ts';

/** How a server is known, and a caller to it, by TLS. */
export type TLSOptions = {
  readonly ca?: Buffer | string[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
  /** All of it that OpenSSL goes by: Node would read it anew for each connection, which costs more than a handshake. */
  readonly secureContext: SecureContext;
};

/** How a caller proves who it is, and how it knows the server. */
export type Credentials = {
  readonly tls: TLSOptions;
  /** Sent with every request. */
  readonly authorization?: string;
  /** Unix milliseconds after which they must be made again. */
  readonly expires: number;
  /** Whether making them again may give others. */
  readonly renewable: boolean;
};

/** How long a token is used that stands in a file, as client-go has it. */
const reread = 60_000;

/**
 * Makes the credentials of a target: what a kubeconfig holds or its credential plugin gives.
 *
 * @param stdinTaken whether manifests are read from stdin, so that no plugin may ask there. @param now Unix milliseconds.
 * @throws ClusterError where they cannot be had.
 */
export async function credentialsOf(target: Target, stdinTaken: boolean, now: number): Promise<Credentials> {
  const place = `user ${shown(target.user?.name ?? '')}`;
  // As kubectl: nobody's secret goes over a connection that is not encrypted.
  const user = isPlain(target.cluster) ? undefined : target.user;
  const known = user && knownOf(user, place, now);
  const isKnown = known?.authorization !== undefined || known?.cert !== undefined;
  const exec = user && !isKnown ? await pluginCredential(user, target, stdinTaken) : undefined;
  const { cert, key, authorization } = exec === undefined ? { ...known } : held(exec, place);
  const options = { ...serverTLS(target), ...(cert && key && { cert, key }) };
  const tls = { ...options, secureContext: contextOf(options, place) };
  const isFile = Boolean(user?.fields.tokenFile);
  return {
    tls,
    ...(authorization !== undefined && { authorization }),
    expires: exec?.expires ?? (isFile ? now + reread : Number.POSITIVE_INFINITY),
    renewable: isFile || exec !== undefined,
  };
}

function isPlain(cluster: Entry): boolean {
  return serverOf(cluster, 'the cluster').startsWith('http:');
}

type Held = { readonly authorization?: string; readonly cert?: Buffer; readonly key?: Buffer };

/** What the entry itself holds. */
function knownOf(user: Entry, place: string, now: number): Held {
  const token = tokenOf(user, place) ?? idTokenOf(user, place, now);
  const username = textOf(user, 'username', place);
  const password = textOf(user, 'password', place);
  if (textOf(user, 'token', place) && (username ?? password)) {
    throw new ClusterError(
      `${place} of the kubeconfig ${user.file} has a token and a password: remove one, as kubectl wants it`,
    );
  }
  const cert = dataOf(user, 'client-certificate', place);
  const key = dataOf(user, 'client-key', place);
  if (cert !== undefined && key === undefined) {
    throw new ClusterError(
      `${place} of the kubeconfig ${user.file} has a client certificate without its key`,
    );
  }
  const basic = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  return {
    ...(token !== undefined && { authorization: bearer(token, place) }),
    ...(token === undefined && username !== undefined && { authorization: basic }),
    ...(cert && key && { cert, key }),
  };
}

/** A file with the token in it outranks the token beside it, as in client-go. */
function tokenOf(user: Entry, place: string): string | undefined {
  const token = textOf(user, 'token', place);
  try {
    const text = fileOf(user, 'tokenFile', place)?.toString().trim();
    if (text === '') {
      throw new ClusterError(`${place}: the tokenFile of the kubeconfig ${user.file} is empty`);
    }
    return text ?? token;
  } catch (error) {
    if (token !== undefined) return token;
    throw error;
  }
}

function bearer(token: string, place: string): string {
  return headerValue(`Bearer ${token}`, `${place}: the token`);
}

async function pluginCredential(
  user: Entry,
  target: Target,
  stdinTaken: boolean,
): Promise<ExecCredential | undefined> {
  const { exec } = user.fields;
  if (!isFields(exec)) return undefined;
  // Loaded only here: most have none, and it brings what runs a process.
  const { execCredential } = await import('./exec-credential.ts');
  return execCredential(exec, target, stdinTaken);
}

function held({ token, certificate, key }: ExecCredential, place: string): Held {
  return {
    ...(token !== undefined && { authorization: bearer(token, place) }),
    ...(certificate && key && { cert: Buffer.from(certificate), key: Buffer.from(key) }),
  };
}

function serverTLS({ cluster, clusterName }: Target): Omit<TLSOptions, 'secureContext'> {
  const place = `cluster ${shown(clusterName)}`;
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true;
  const ca = dataOf(cluster, 'certificate-authority', place);
  if (insecure && ca !== undefined) {
    throw new ClusterError(
      `${place} of the kubeconfig ${cluster.file} has a certificate authority and insecure-skip-tls-verify: remove one`,
    );
  }
  // Without one Node would trust its default authorities.
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false) {
    throw new ClusterError(
      `${place}: the certificate-authority of the kubeconfig ${cluster.file} holds no certificate (PEM)`,
    );
  }
  const servername = textOf(cluster, 'tls-server-name', place);
  return {
    ...(ca ? { ca } : !insecure && !isPlain(cluster) && { ca: authoritiesOfSystem() }),
    // Said outright: NODE_TLS_REJECT_UNAUTHORIZED must not send a token to just anybody.
    rejectUnauthorized: !insecure,
    ...(servername !== undefined && { servername }),
  };
}

function contextOf({ ca, cert, key }: Pick<TLSOptions, 'ca' | 'cert' | 'key'>, place: string): SecureContext {
  try {
    return createSecureContext({ ca, cert, key, ...modernTLS });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ClusterError(`${place}: the client certificate and its key cannot be used: ${code}`);
  }
}
