import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../../core/kubernetes.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import type { Pair } from '../../core/webhook/certificate.ts';
import type { Generated } from './generate.ts';
import type { Served } from './messages.ts';
import { authoritiesIn } from './pem.ts';

export type ServablePair = Pair & { readonly served: Served };

/**
 * What a Secret holds to serve the webhook with. The error names no content.
 *
 * @param serverName that the API server asks for. @param isOwn whether the operator made it: then the CA beside it must
 * be the one that signed it.
 */
export function pairOf(secret: Secret, serverName: string, isOwn: boolean): Result<ServablePair> {
  const [certificate, key, authority] = ['tls.crt', 'tls.key', 'ca.crt'].map(name => textIn(secret, name));
  if (certificate === '' || key === '') return failure('it lacks tls.crt or tls.key');
  try {
    const leaf = new X509Certificate(certificate!);
    if (!leaf.checkPrivateKey(createPrivateKey(key!))) return failure('tls.key is not the key of tls.crt');
    if (leaf.checkHost(serverName) === undefined) return failure(`tls.crt does not name ${serverName}`);
    const signers = authoritiesIn(authority!);
    const [signer] = signers;
    if (isOwn && (signers.length !== 1 || !isSignedBy(leaf, new X509Certificate(signer!)))) {
      return failure('ca.crt did not sign tls.crt');
    }
    const [notBefore, notAfter] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
    return success({
      authority: signer ?? '',
      notBefore,
      notAfter,
      served: { certificate: certificate!, key: key! },
    });
  } catch {
    return failure('tls.crt, tls.key or ca.crt cannot be read');
  }
}

/** What of it is stored, in the words of a Secret. */
export function dataOf({ certificate, key, authority }: Generated): Record<string, string> {
  const entries = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority };
  return Object.fromEntries(
    Object.entries(entries).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
  );
}

function isSignedBy(leaf: X509Certificate, signer: X509Certificate): boolean {
  return signer.ca && leaf.checkIssued(signer) && leaf.verify(signer.publicKey);
}

function textIn({ data }: Secret, name: string): string {
  const value = isFields(data) ? data[name] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}
