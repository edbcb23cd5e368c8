/** Where a sidecar is asked, and by which Secret it is known under TLS. */
export type Place = {
  readonly origin: string;
  /** NAMESPACE/NAME. */
  readonly secret: string | undefined;
  /** Milliseconds for a whole request. */
  readonly patience: number;
};

const authority = 'its certificate is not from the authority in';

/** Codes of OpenSSL and Node for a server that is not who it should be. No request has been written to it. */
const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: authority,
  SELF_SIGNED_CERT_IN_CHAIN: authority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority,
  UNABLE_TO_GET_ISSUER_CERT: authority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority,
  CERT_SIGNATURE_FAILURE: authority,
  CERT_UNTRUSTED: authority,
  INVALID_CA: 'what issued its certificate is no authority in',
  INVALID_PURPOSE: 'its certificate is not for a server; renew',
  CERT_HAS_EXPIRED: 'its certificate, or its authority, has expired; renew',
  CERT_NOT_YET_VALID: 'its certificate, or its authority, is not valid yet; look at the clocks and at',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; renew',
};

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection: nothing listens there yet',
  ENOTFOUND: 'has no address in DNS: its pod or Service is not there yet',
  EAI_AGAIN: "cannot be looked up: the cluster's DNS does not answer",
  EHOSTUNREACH: 'cannot be reached: there is no route to its pod',
  ENETUNREACH: 'cannot be reached: there is no route to its pod',
  ECONNRESET: 'closed the connection before it answered',
  EPIPE: 'closed the connection before it answered',
  BROKEN_OFF: 'broke its answer off half way',
  CLOSED: 'is not asked any more: the operator stops',
  TOO_LONG: 'sends a longer answer than any task has',
};

const ofToken: Readonly<Record<string, string>> = {
  TOKEN_UNREADABLE: 'cannot be read: mount it where the operator looks for it',
  TOKEN_MALFORMED: 'is none: its file holds something else',
};

/** Whether a fault is that the server is not verified: another anchor may still know it. */
export function isUntrusted(error: unknown): boolean {
  return Object.hasOwn(untrusted, codeOf(error));
}

/** Why no answer came, as a clause for a condition. It repeats no text of an exception. */
export function faultMessage(error: unknown, { origin, secret, patience }: Place): string {
  const code = codeOf(error);
  if (Object.hasOwn(untrusted, code)) {
    return `the sidecar at ${origin} is not trusted and gets no request: ${untrusted[code]} Secret ${secret} (${code})`;
  }
  if (Object.hasOwn(ofToken, code)) return `the operator's ServiceAccount token ${ofToken[code]}`;
  return `the sidecar at ${origin} ${slow(code, patience) ?? unreachable[code] ?? other(code)} (${code})`;
}

function slow(code: string, patience: number): string | undefined {
  const limit = `within ${patience / 1000} s`;
  if (code === 'ETIMEDOUT') return `takes no connection ${limit}: a NetworkPolicy may keep the operator out`;
  if (code === 'NO_ANSWER') return `does not answer ${limit}`;
  return code === 'STALLED' ? `does not end its answer ${limit}` : undefined;
}

function other(code: string): string {
  if (/^(ERR_(SSL|OSSL|TLS)_|EPROTO)/.test(code)) return 'does not come to terms on TLS';
  return code.startsWith('HPE_') ? 'does not speak HTTP' : 'cannot be asked';
}

/** Of several addresses that were tried, the first's. */
function codeOf(error: unknown): string {
  const { code, errors } = Object(error) as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return errors?.[0] === undefined ? 'unknown' : codeOf(errors[0]);
}
