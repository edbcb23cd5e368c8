import type { Structured } from '../output/structured.ts';
import type { IssuerReference } from './issuer.ts';
import type { Target } from './target.ts';

/**
 * A cert-manager Certificate. No commonName: it takes 64 characters, and nobody reads it. `rotationPolicy` is said because
 * its default was Never before cert-manager 1.18.
 */
export function certManagerCertificate(
  secretName: string,
  { namespace, dnsNames }: Target,
  issuerRef: IssuerReference,
): Structured {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: secretName, namespace },
    spec: {
      secretName,
      dnsNames,
      issuerRef,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
    },
  };
}
