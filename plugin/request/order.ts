import { subdomainFault } from '../../core/schema/names.ts';
import { UsageError } from '../errors.ts';
import type { CommonOptions } from '../options.ts';
import { type IssuerReference, parseIssuer } from './issuer.ts';

/** What `tls request --format` can make. */
export const requestFormats = ['certificate', 'csr', 'secret'] as const;

/** The syntaxes of a manifest that is made to be applied. */
export const manifestFormats = ['yaml', 'json'] as const;

/** Flags of `tls request`, as yargs parses them. */
export type RequestOptions = Omit<CommonOptions, 'output'> & {
  readonly node: string;
  readonly format?: (typeof requestFormats)[number];
  readonly output?: (typeof manifestFormats)[number];
  readonly issuer?: string;
  readonly secret?: string;
  readonly keyOut?: string;
};

/** What is asked for. */
export type Order =
  | { readonly format: 'certificate'; readonly issuer: IssuerReference }
  | { readonly format: 'csr'; readonly keyOut: string }
  | { readonly format: 'secret'; readonly keyOut: string | undefined };

/** Reads the flags that say what to make. @throws UsageError where they do not go together. */
export function parseOrder({ format, output, issuer, secret, keyOut }: RequestOptions): Order {
  const fault = secret === undefined ? undefined : subdomainFault(secret);
  if (fault !== undefined) throw new UsageError(`--secret "${secret}" is no name of a Secret: ${fault}`);
  switch (format) {
    case 'certificate':
      refuse('--key-out', keyOut, 'cert-manager makes the key and keeps it in the Secret');
      return { format, issuer: parseIssuer(issuer) };
    case 'csr':
      refuse('--issuer', issuer, 'whoever signs a PKCS#10 request is its issuer');
      refuse('-o', output, 'a PKCS#10 request is PEM');
      return { format, keyOut: needed(keyOut) };
    case 'secret':
      refuse('--issuer', issuer, 'a development Secret is signed by its own key');
      return { format, keyOut: keyOut === undefined ? undefined : keyFile(keyOut) };
    default:
      throw new UsageError('say what to make: --format certificate, --format csr or --format secret');
  }
}

function refuse(flag: string, value: string | undefined, why: string): void {
  if (value !== undefined) throw new UsageError(`${flag} does not go with this --format: ${why}`);
}

function needed(keyOut: string | undefined): string {
  if (keyOut === undefined) {
    throw new UsageError(
      '--format csr makes a private key, without which the certificate is of no use: say where it goes, --key-out FILE',
    );
  }
  return keyFile(keyOut);
}

function keyFile(keyOut: string): string {
  if (keyOut === '' || keyOut === '-') {
    throw new UsageError(`--key-out "${keyOut}" names no file; a private key goes to a file of its own`);
  }
  return keyOut;
}
