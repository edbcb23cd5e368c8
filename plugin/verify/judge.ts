import type { Anchor } from '../../core/sidecar/anchors.ts';
import { type CertificateFacts, certificateFacts } from '../../core/tls-secret.ts';
import { parseCertificate } from '../../core/x509/certificate.ts';
import type { Handshake } from './handshake.ts';

/** What a verification comes to. `NotListening` is good where TLS is off, and no other but `Verified` is. */
export const outcomes = [
  'Verified',
  'RotationPending',
  'Untrusted',
  'Expired',
  'NotYetValid',
  'SANsMismatch',
  'NotListening',
  'NoHandshake',
  'Listening',
  'SecretNotReady',
] as const;
export type Outcome = (typeof outcomes)[number];

/** What was found on 8443 of a node's pod. */
export type Verification = {
  readonly ok: boolean;
  readonly outcome: Outcome;
  /** One sentence for a person: what was found, and the next step where it is no good. */
  readonly message: string;
  /** Required names that the served leaf lacks, in the order required; only with SANsMismatch. */
  readonly missing?: readonly string[];
  /** The leaf that is served, where one is. */
  readonly served?: CertificateFacts;
  /** SHA-256 of the Secret's leaf, where the Secret has one. */
  readonly expected?: string;
};

/** What a handshake is held against under TLS. */
export type Standard = {
  /** What the Secret vouches for. */
  readonly anchor: Anchor;
  readonly requiredDNSNames: readonly string[];
  /** `NAMESPACE/NAME` of the Secret. */
  readonly secret: string;
  /** `NAMESPACE/NAME` of the pod. */
  readonly pod: string;
};

/**
 * Judges a handshake with a node under TLS: its chain (contract §5), its names, exactly and from DER (contract §2), and
 * that the leaf is the Secret's.
 */
export function judgeTLS(handshake: Handshake, standard: Standard): Verification {
  const { pod, anchor } = standard;
  const expected = anchor.leaf;
  switch (handshake.kind) {
    case 'refused':
      return bad(
        'NotListening',
        `nothing listens on 8443 of ${pod}: look why its container kube-rbac-proxy does not run`,
        { expected },
      );
    case 'failed':
      return bad(
        'NoHandshake',
        `what listens on 8443 of ${pod} does not come to terms on TLS (${handshake.code}): look at the log of its container kube-rbac-proxy`,
        { expected },
      );
    default:
      return judgeLeaf(handshake, standard);
  }
}

/** Judges a handshake with a node without TLS: nobody may listen on 8443. */
export function judgePlain(handshake: Handshake, pod: string): Verification {
  if (handshake.kind === 'refused') {
    return {
      ok: true,
      outcome: 'NotListening',
      message: `nothing listens on 8443 of ${pod}, for TLS is off`,
    };
  }
  const message = `8443 of ${pod} takes connections, though TLS is off: the pod is not what its node says, it has to be made anew`;
  const leaf = handshake.kind === 'done' ? parseCertificate(handshake.leaf) : undefined;
  return bad('Listening', message, leaf?.ok ? { served: certificateFacts(leaf.value) } : {});
}

function judgeLeaf(
  { leaf, doubt }: Extract<Handshake, { kind: 'done' }>,
  { anchor, requiredDNSNames, secret, pod }: Standard,
): Verification {
  const expected = anchor.leaf;
  const parsed = parseCertificate(leaf);
  if (!parsed.ok) {
    return bad('Untrusted', `${pod} serves a certificate that Go could not read: ${parsed.error}`, {
      expected,
    });
  }
  const served = certificateFacts(parsed.value);
  const facts = { served, expected };
  const isOwn = served.sha256 === expected;
  if (doubt !== undefined) return doubted(doubt, isOwn, { pod, secret }, facts);
  const names = served.dnsNames.map(name => name.toLowerCase());
  const missing = requiredDNSNames.filter(name => !names.includes(name.toLowerCase()));
  if (missing.length > 0) {
    const message = `${pod} serves a certificate that lacks the DNS names ${missing.join(', ')}: renew Secret ${secret} with both names`;
    return bad('SANsMismatch', message, { missing, ...facts });
  }
  if (!isOwn) {
    const message = `${pod} serves another certificate than Secret ${secret} holds, though one that still verifies: ${later}`;
    return bad('RotationPending', message, facts);
  }
  const message = `${pod} serves the certificate of Secret ${secret}: its chain and both names are good`;
  return { ok: true, outcome: 'Verified', message, ...facts };
}

const later =
  'a Secret that was changed is served after two minutes at most; ask again, and look at the log of kube-rbac-proxy if it stays so';

function doubted(
  code: string,
  isOwn: boolean,
  { pod, secret }: Pick<Standard, 'pod' | 'secret'>,
  facts: Pick<Verification, 'served' | 'expected'>,
): Verification {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const [outcome, what] =
      code === 'CERT_HAS_EXPIRED'
        ? (['Expired', 'has expired'] as const)
        : (['NotYetValid', 'is not valid yet'] as const);
    return bad(
      outcome,
      `the certificate that ${pod} serves, or its authority, ${what}: renew Secret ${secret}`,
      facts,
    );
  }
  return bad(
    'Untrusted',
    isOwn
      ? `${pod} serves the certificate of Secret ${secret}, for which the Secret's own ca.crt does not vouch (${code}): put its authority there`
      : `${pod} serves a certificate for which Secret ${secret} does not vouch (${code}): ${later}`,
    facts,
  );
}

function bad(
  outcome: Outcome,
  message: string,
  facts: Pick<Verification, 'missing' | 'served' | 'expected'>,
): Verification {
  return { ok: false, outcome, message, ...facts };
}
