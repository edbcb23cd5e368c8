import { randomBytes } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { toJSON, toYAML } from '../output/structured.ts';
import { certManagerCertificate } from './cert-manager.ts';
import { generateKey } from './key.ts';
import type { Order, RequestOptions } from './order.ts';
import { signingRequest } from './pkcs10.ts';
import { developmentSecret } from './self-signed.ts';
import type { Target } from './target.ts';

/** What goes to stdout, and a private key that goes to a file. */
export type Made = {
  readonly text: string;
  readonly key?: { readonly file: string; readonly privateKey: string };
};

/**
 * Makes what is asked for, with a new key where it needs one.
 *
 * @param now the moment from which a self-signed certificate is good, RFC 3339.
 * @throws UsageError where a manifest has no Secret to name.
 */
export async function make(
  order: Order,
  target: Target,
  now: string,
  output: RequestOptions['output'],
): Promise<Made> {
  const write = output === 'json' ? toJSON : toYAML;
  if (order.format === 'certificate') {
    return { text: write(certManagerCertificate(secretNameOf(target), target, order.issuer)) };
  }
  const secretName = order.format === 'secret' ? secretNameOf(target) : undefined;
  const key = await generateKey();
  const text =
    secretName === undefined
      ? signingRequest(key, target.dnsNames)
      : write(developmentSecret(secretName, target, { key, now, serial: randomBytes(16) }));
  return { text, ...(order.keyOut && { key: { file: order.keyOut, privateKey: key.privateKey } }) };
}

function secretNameOf({ secretName }: Target): string {
  if (secretName === undefined) {
    throw new UsageError('the node names no Secret, its TLS is off; say which is to be made: --secret NAME');
  }
  return secretName;
}
