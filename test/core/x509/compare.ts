import { type Certificate, certificateOf, parseCertificate } from '../../../core/x509/certificate.ts';
import { readAllParts } from '../../../core/x509/certificateparts.ts';
import { loadKeyPair } from '../../../core/x509/keypair.ts';
import { decodePEM } from '../../../core/x509/pem.ts';
import type { PublicKey } from '../../../core/x509/publickey.ts';
import type { Answer, Facts, Request } from '../../oracle/oracle.ts';

/** How we answer the same request, in the oracle's terms. */
export function ours({ kind, first, second }: Request): Answer {
  switch (kind) {
    case 'c': {
      const result = parseCertificate(first);
      return result.ok ? { ok: true, certificates: [facts(result.value)] } : result;
    }
    case 'b': {
      const result = readAllParts(first);
      return result.ok
        ? { ok: true, certificates: result.value.map(parts => facts(certificateOf(parts))) }
        : result;
    }
    case 'k': {
      const result = loadKeyPair(first, second!);
      if (!result.ok) return result;
      return {
        ok: true,
        certificates: [facts(certificateOf(result.value.leaf))],
        chain: result.value.chain.map(base64),
      };
    }
    case 'p':
      return {
        ok: true,
        blocks: decodePEM(first).map(block => ({
          ...block,
          bytes: base64(block.bytes),
        })),
      };
  }
}

/** Where we and Go differ, undefined where we do not. The wording of errors is our own. */
export function difference(mine: Answer, go: Answer): string | undefined {
  if (mine.ok !== go.ok) return `we: ${mine.ok ? 'ok' : mine.error}; Go: ${go.ok ? 'ok' : go.error}`;
  if (!go.ok) return undefined;
  const [a, b] = [JSON.stringify(comparable(mine, go)), JSON.stringify(comparable(go, go))];
  return a === b ? undefined : `we: ${a}; Go: ${b}`;
}

// In one order of keys, without the names Go would write in its own way.
function comparable({ certificates, blocks, chain }: Answer, go: Answer): unknown {
  return {
    chain: chain ?? [],
    blocks: (blocks ?? []).map(({ type, bytes }) => [type, bytes ?? '']),
    certificates: (certificates ?? []).map((each, i) => {
      const theirs = go.certificates![i];
      const hidden = { subject: theirs?.subject === null, issuer: theirs?.issuer === null };
      return Object.entries(each)
        .filter(([key]) => !hidden[key as keyof typeof hidden])
        .sort();
    }),
  };
}

function facts(certificate: Certificate): Facts {
  const names = certificate.subjectAltNames;
  const valuesOf = (type: string) => names.filter(name => name.type === type).map(({ value }) => value);
  return {
    size: certificate.raw.length,
    version: certificate.version,
    serial: certificate.serial,
    subject: certificate.subject,
    issuer: certificate.issuer,
    rawSubject: hex(certificate.rawSubject),
    rawIssuer: hex(certificate.rawIssuer),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    notBeforeUnix: certificate.notBeforeUnix,
    notAfterUnix: certificate.notAfterUnix,
    dNSNames: certificate.dNSNames,
    emails: valuesOf('rfc822Name'),
    ips: valuesOf('iPAddress'),
    uris: valuesOf('uniformResourceIdentifier').length,
    publicKey: publicKey(certificate.publicKey),
    signatureAlgorithm: /^[\d.]+$/.test(certificate.signatureAlgorithm) ? '' : certificate.signatureAlgorithm,
    isCA: certificate.isCA,
    maxPathLength: certificate.maxPathLength,
    keyUsage: certificate.keyUsage,
    extKeyUsages: certificate.extKeyUsages.length,
    subjectKeyId: certificate.subjectKeyId,
    authorityKeyId: certificate.authorityKeyId,
    unhandledCriticalExtensions: certificate.unhandledCriticalExtensions,
  };
}

function publicKey(key: PublicKey): string {
  return key.kind === 'unknown' ? key.kind : Object.values(key).join(' ');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
