import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import path from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDirectory, keep } from '../../scripts/cache.ts';

/** What Go is asked: `c` one certificate, `b` a bundle in DER, `k` a key pair in PEM, `p` the blocks of a PEM file. */
export type Request = {
  readonly kind: 'c' | 'b' | 'k' | 'p';
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
};

/** Facts of a certificate as Go has them; a subject or issuer is null where Go would not write RFC 2253. */
export type Facts = {
  readonly size: number;
  readonly version: number;
  readonly serial: string;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly rawSubject: string;
  readonly rawIssuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly notBeforeUnix: number;
  readonly notAfterUnix: number;
  readonly dNSNames: readonly string[];
  readonly emails: readonly string[];
  readonly ips: readonly string[];
  readonly uris: number;
  readonly publicKey: string;
  readonly signatureAlgorithm: string;
  readonly isCA: boolean;
  readonly maxPathLength: number;
  readonly keyUsage: number;
  readonly extKeyUsages: number;
  readonly subjectKeyId: string;
  readonly authorityKeyId: string;
  readonly unhandledCriticalExtensions: readonly string[];
};

export type Answer = {
  readonly ok: boolean;
  readonly error?: string;
  readonly certificates?: readonly Facts[];
  readonly blocks?: readonly {
    readonly type: string;
    readonly bytes: string | null;
  }[];
  readonly chain?: readonly string[];
};

/** A certificate with its key, both DER in base64. */
export type Material = {
  readonly name: string;
  readonly certificate: string;
  readonly label: string;
  readonly key: string;
};

/** A running oracle; answers come in the order of the requests. */
export type Oracle = {
  readonly ask: (requests: readonly Request[]) => Promise<Answer[]>;
  readonly close: () => void;
};

/** Why Go cannot be asked on this machine, undefined where it can. */
export function whyNoOracle(): string | undefined {
  try {
    const version = goVersion();
    const [, minor] = /go1\.(\d+)/.exec(version) ?? [];
    return Number(minor) >= 26 ? undefined : `go on PATH is older than 1.26`;
  } catch {
    return 'no go on PATH';
  }
}

/** Certificates and keys of every kind Go can make, the same for the same seed. */
export function generate(seed: number): readonly Material[] {
  const lines = execFileSync(program(), ['-generate', String(seed)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return lines
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
}

/** Starts the oracle, after building it where the cache does not have it yet. */
export function startOracle(): Oracle {
  const child = spawn(program(), { stdio: ['pipe', 'pipe', 'inherit'], env: settings() });
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  const ask = async (requests: readonly Request[]): Promise<Answer[]> => {
    child.stdin.write(Buffer.concat(requests.flatMap(encoded)));
    const answers: Answer[] = [];
    while (answers.length < requests.length) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the oracle stopped');
      answers.push(JSON.parse(value));
    }
    return answers;
  };
  return { ask, close: () => child.stdin.end() };
}

const source = import.meta.dirname;

function encoded({ kind, first, second }: Request): Uint8Array[] {
  const fields = [first, second ?? new Uint8Array()];
  return [Buffer.from(kind), ...fields.flatMap(field => [length(field), field])];
}

function length(field: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(field.length);
  return bytes;
}

/**
 * The oracle's path, built where the cache outside the clone does not have it yet. Named after what it is built from; two
 * may build at once, and the last rename wins.
 *
 * @throws where Go cannot be run.
 */
export function program(): string {
  const files = readdirSync(source).filter(file => /\.go$|^go\.mod$/.test(file));
  const digest = createHash('sha256').update(goVersion());
  for (const file of files.sort()) digest.update(`\0${file}\0`).update(readFileSync(path.join(source, file)));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const target = path.join(cacheDirectory(), `oracle-${digest.digest('hex').slice(0, 16)}${suffix}`);
  if (!existsSync(target)) keep(target, build);
  return target;
}

function build(draft: string): void {
  execFileSync('go', ['build', '-trimpath', '-o', draft, '.'], { cwd: source, env: settings() });
}

function goVersion(): string {
  return execFileSync('go', ['env', 'GOVERSION'], {
    encoding: 'utf8',
    env: settings(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

// What Go does by default: no other toolchain, no debug settings, no workspace around it.
function settings(): NodeJS.ProcessEnv {
  return { ...process.env, GOTOOLCHAIN: 'local', GODEBUG: '', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
}
