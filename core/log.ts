import { timestamp } from './timestamp.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** A log with the keys of controller-runtime (zap's encoder for production): level, ts, logger, msg, then the fields. */
export type Log = {
  readonly info: (message: string, fields?: LogFields) => void;
  /** Of an error its message is written, and nothing else. */
  readonly error: (error: unknown, message: string, fields?: LogFields) => void;
  /** The same log under a name, with fields in each of its entries. */
  readonly named: (logger: string, fields?: LogFields) => Log;
};

/**
 * Writes one line of JSON an entry; no private key, token or content of a Secret, wherever it stands.
 *
 * @param write takes a line, its newline included. It must not throw.
 */
export function jsonLog(
  write: (line: string) => void,
  now: () => Date,
  logger = '',
  common: LogFields = {},
): Log {
  const entry = (level: string, msg: string, fields: LogFields) => {
    const head = { level, ts: timestamp(now()), ...(logger !== '' && { logger }), msg };
    const pairs = Object.entries({ ...common, ...fields, ...head });
    const texts = new Map(pairs.map(([key, value]) => [key, textOf(value)]));
    // The head comes first, and no field takes its place.
    const keys = new Set([...Object.keys(head), ...texts.keys()]);
    write(`{${[...keys].map(key => `${JSON.stringify(key)}:${texts.get(key)}`).join(',')}}\n`);
  };
  return {
    info: (message, fields = {}) => entry('info', message, fields),
    error: (error, message, fields = {}) => entry('error', message, { ...fields, error: messageOf(error) }),
    named: (name, fields = {}) => jsonLog(write, now, name, { ...common, ...fields }),
  };
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, withoutSecrets) ?? 'null';
  } catch {
    // A circle, or a getter that throws.
    return '"(cannot be written as JSON)"';
  }
}

function withoutSecrets(key: string, value: unknown): unknown {
  if (secretFields.test(key)) return '[redacted]';
  if (typeof value === 'string') return redacted(value);
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? redacted(messageOf(value)) : value;
}

/** What a Secret holds, and what else is named so. */
const secretFields = /^(data|stringData|token|password|passphrase|authorization)$/i;

/** Keys in PEM, or that in base64 as a Secret holds it; what follows Bearer. */
const secrets =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)|LS0tLS1CRUdJTi[\w+/=\s]*|(?<=\bBearer )\S+/gi;
/** JSON Web Tokens, and words that only begin like one: each is looked at once, however many there are. */
const tokens = /eyJ[\w-]+(\.eyJ[\w-]+(?:\.[\w-]*)?)?/gi;

function redacted(text: string): string {
  return text
    .replaceAll(tokens, (word, rest?: string) => (rest === undefined ? word : '[redacted]'))
    .replaceAll(secrets, '[redacted]');
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message
    : typeof error === 'string'
      ? error
      : `thrown: ${typeof error}`;
}
