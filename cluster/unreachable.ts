import { ClusterError } from './error.ts';

const address = 'check the server of the cluster in the kubeconfig, or choose another with --context';
const authority =
  'set certificate-authority-data of the cluster in the kubeconfig to the authority that issued its certificate';

/** What the codes of Node and our own mean, where a person can act on it. */
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
  ERR_BODY_TIMEOUT: 'its answer stopped half way',
  ERR_UPGRADED: 'it changes to another protocol, which nobody asked for',
  ERR_BODY_TOO_LONG: 'its answer is too long',
  PROXY_407: 'the proxy wants another name and password',
  SOCKS5: 'the SOCKS5 proxy gives no way to it',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'it does not speak TLS',
};

const untrusted: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', authority],
  SELF_SIGNED_CERT_IN_CHAIN: ['its authority is not known', authority],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['its authority is not known', authority],
  UNABLE_TO_GET_ISSUER_CERT: ['its authority is not known', authority],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its authority is not known', authority],
  CERT_SIGNATURE_FAILURE: ['its certificate is forged, or of another authority of that name', authority],
  INVALID_CA: ['what issued its certificate is no authority', authority],
  INVALID_PURPOSE: ['its certificate is not for a server', address],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'renew it, or set the clock of this machine right'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'set the clock of this machine right'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'use a server address that it is for, or set tls-server-name of the cluster in the kubeconfig',
  ],
};

/** Why no answer came, in one sentence, from what Node throws. @param timeout --request-timeout in milliseconds. */
export function connectionError(error: unknown, where: string, timeout: number): ClusterError {
  if (error instanceof ClusterError) {
    return error;
  }
  const code = codeOf(error);
  if (code === 'TimeoutError') {
    return new ClusterError(
      `${where} does not answer within ${timeout / 1000} s: allow more with --request-timeout, or ${address}`,
    );
  }
  const doubt = untrusted[code];
  if (doubt !== undefined) {
    return new ClusterError(`${where} is not trusted: ${doubt[0]} (${code}); ${doubt[1]}`);
  }
  const fault = code === 'ERR_BODY_TOO_LONG' ? { isTooLong: true } : {};
  return new ClusterError(`${where} cannot be reached: ${causeOf(code)}; ${address}`, fault);
}

function causeOf(code: string): string {
  // Alerts of the server name our certificate; other OpenSSL faults come of what the two can speak.
  const family = [
    [/^ERR_(SSL|OSSL)_/, 'the TLS handshake fails'],
    [/^HPE_/, 'it does not speak HTTP'],
    [/^PROXY_/, 'the proxy refuses it'],
  ] as const;
  const known = unreachable[code] ?? family.find(([pattern]) => pattern.test(code))?.[1];
  return `${known ?? 'the request failed'} (${code})`;
}

/** The code inside: that of a wrapper says less than what it wraps. */
function codeOf(error: unknown): string {
  const { code, name, cause, errors } = Object(error) as Partial<
    Record<'code' | 'name', string> & { cause: unknown; errors: unknown[] }
  >;
  const inner = cause ?? errors?.[0];
  return name === 'TimeoutError' ? name : inner !== undefined ? codeOf(inner) : (code ?? name ?? 'unknown');
}
