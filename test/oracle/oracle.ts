import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { goProgram, goSettings } from '../go-program.ts';

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
  const child = spawn(program(), { stdio: ['pipe', 'pipe', 'inherit'], env: goSettings() });
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

/** The oracle's path, built where it is not yet. @throws where Go cannot be run. */
export function program(): string {
  return goProgram(source);
}
