import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { ClusterError } from './error.ts';
import { apiVersionOf, type Read, sentenceOf } from './resource.ts';

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ETIMEDOUT: 'the connection timed out',
  EPIPE: 'the connection was closed',
  ERR_HTTP_REQUEST_TIMEOUT: 'it does not answer',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted',
  CERT_SIGNATURE_FAILURE: 'its authority is not trusted',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

/** Why no answer came, in one sentence, from what Node throws. */
export function connectionError(error: unknown, where: string, timeout: number): ClusterError {
  if (error instanceof ClusterError) {
    return error;
  }
  const code = codeOf(error);
  if (code === 'TimeoutError') {
    return new ClusterError(`${where} does not answer within ${timeout / 1000} s (--request-timeout)`);
  }
  const doubt = untrusted[code];
  if (doubt !== undefined) {
    return new ClusterError(
      `${where} is not trusted: ${doubt} (${code}); set certificate-authority-data of the cluster in the kubeconfig`,
    );
  }
  // Alerts of the server name our certificate; other OpenSSL faults come of what the kubeconfig holds.
  const cause =
    code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_') ? 'the TLS handshake fails' : undefined;
  const why =
    unreachable[code] ?? cause ?? (code.startsWith('HPE_') ? 'it does not speak HTTP' : 'the request failed');
  return new ClusterError(`${where} cannot be reached: ${why} (${code})`);
}

function codeOf(error: unknown): string {
  const { code, name, cause, errors } = Object(error) as Partial<
    Record<'code' | 'name', string> & { cause: unknown; errors: unknown[] }
  >;
  const inner = cause ?? errors?.[0];
  // The code of a wrapper says less than what it wraps.
  return name === 'TimeoutError' ? name : inner !== undefined ? codeOf(inner) : (code ?? name ?? 'unknown');
}

/** What an answer other than success means for a read, in one sentence. */
export function statusError(
  status: number,
  body: Fields | undefined,
  read: Read,
  where: string,
): ClusterError {
  const { reason, message } = (body?.kind === 'Status' ? body : {}) as { reason?: string; message?: string };
  const said = typeof message === 'string' ? `: ${shown(message).slice(1, -1)}` : '';
  const fault = { status, ...(typeof reason === 'string' && { reason }) };
  const what = sentenceOf(read);
  switch (status) {
    case 401:
      return new ClusterError(
        `${where} does not accept the credentials (401 Unauthorized): log in again`,
        fault,
      );
    case 403:
      return new ClusterError(`no permission to ${what}${userIn(message)}: ${grant(read)}`, fault);
    case 404:
      return new ClusterError(`cannot ${what}: not found`, fault);
    case 410:
      return new ClusterError(`cannot ${what}: the list is too old to go on with`, fault);
    case 429:
      return new ClusterError(`cannot ${what}: ${where} has too much to do (429), try again`, fault);
    default:
      return new ClusterError(`cannot ${what}: ${where} answers ${status}${said}`, fault);
  }
}

function userIn(message: unknown): string {
  const [, user] = /User ("[^"]*")/.exec(typeof message === 'string' ? message : '') ?? [];
  return user === undefined ? '' : ` as ${shown(JSON.parse(user))}`;
}

/** The missing verb, in the words of a Role. */
function grant({ verb, resource, namespace }: Read): string {
  const { group, plural } = resource;
  const scope = namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`;
  return `${scope} with the verb ${verb} on ${plural}${group === '' ? '' : ` (API group ${group})`} is needed`;
}

/** What an answer is that no API server gives. */
export function notKubernetes(where: string, status: number, contentType: string | undefined): ClusterError {
  const kind = contentType?.split(';')[0] ?? 'nothing with a type';
  return new ClusterError(
    `${where} is no Kubernetes API server, or something stands before it: it answers ${status} with ${shown(kind).slice(1, -1)}, not JSON`,
    { status },
  );
}

/** An answer whose JSON is broken or of another kind than asked for. */
export function unexpected(read: Read, where: string, value: unknown): ClusterError {
  const kind = isFields(value) && typeof value.kind === 'string' ? shown(value.kind) : 'none';
  const wanted = `${read.resource.kind}${read.verb === 'list' ? 'List' : ''} of ${apiVersionOf(read.resource)}`;
  return new ClusterError(`cannot ${sentenceOf(read)}: ${where} answers with kind ${kind}, not ${wanted}`);
}

/** A watch whose stream is cut or holds something other than events. */
export function brokenWatch(read: Read, where: string): ClusterError {
  return new ClusterError(`cannot ${sentenceOf(read)}: ${where} sends broken JSON`);
}
