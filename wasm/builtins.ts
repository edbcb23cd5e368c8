import { decodeBase64 } from '../core/base64.ts';
import { contains, parseAddress, parseCIDR } from '../core/network/cidr.ts';
import { type CertificateParts, dNSNames, readAllParts } from '../core/x509/certificateparts.ts';
import { loadKeyPair } from '../core/x509/keypair.ts';
import { decodePEM } from '../core/x509/pem.ts';
import { digest, leastRecent } from './cache.ts';
import { createReferences, type References } from './references.ts';
import { nanoseconds } from './time.ts';

type Builtin = (...args: never[]) => unknown;

/**
 * The builtins of OPA that its wasm runtime leaves to the host, under OPA's own names, so that the same Rego
 * runs in OPA and in Gatekeeper. Where OPA raises a builtin error these answer undefined, which is how an
 * error reads in a rule. Of a certificate they give the fields that the rules read.
 *
 * @param references that a text may be; who asks for a pair by reference is told its certificates by reference.
 * @returns fresh builtins with caches of their own; what they remember of a private key is a digest.
 */
export function hostBuiltins(references: References = createReferences()): Record<string, Builtin> {
  const certificates = leastRecent<readonly OPACertificate[] | undefined>(4096);
  const pairs = leastRecent<OPAKeyPair | undefined>(1024);
  const instants = leastRecent<ArrayBuffer | undefined>(1024);
  // The rules ask for the leaf next, which has just been parsed.
  const remembered = ({ leaf, pair }: Loaded): OPAKeyPair => {
    certificates(certificateKey(pair.Certificate[0] as string), () => [leaf]);
    return pair;
  };
  return {
    'crypto.x509.parse_certificates': (text: unknown) =>
      ifText([text], ([given]) => {
        const it = references.resolve(given);
        return certificates(certificateKey(it), () => opaCertificates(it));
      }),
    'crypto.x509.parse_keypair': (certificate: unknown, key: unknown) =>
      ifText([certificate, key], given => {
        const texts = [references.resolve(given[0]), references.resolve(given[1])] as const;
        const pair = pairs(digest(...texts), () => {
          const loaded = load(...texts);
          return loaded && remembered(loaded);
        });
        return pair && texts[0] !== given[0] ? { Certificate: pair.Certificate.map(references.refer) } : pair;
      }),
    'net.cidr_is_valid': (cidr: unknown) => typeof cidr === 'string' && parseCIDR(cidr) !== undefined,
    'net.cidr_contains_matches': (cidrs: unknown, addresses: unknown) =>
      Array.isArray(cidrs) && Array.isArray(addresses) ? matches(cidrs, addresses) : undefined,
    'time.parse_rfc3339_ns': (text: unknown) =>
      ifText([text], ([it]) => (it.length > 64 ? nanoseconds(it) : instants(it, () => nanoseconds(it)))),
  };
}

/** Pairs of indexes, which OPA gives as a set. One text that is neither sinks the whole call, as it does there. */
function matches(cidrs: readonly string[], texts: readonly string[]): [number, number][] | undefined {
  const networks = cidrs.map(parseCIDR);
  const addresses = texts.map(parseAddress);
  return networks.every(network => network !== undefined) && addresses.every(address => address !== undefined)
    ? networks.flatMap((network, cidr) =>
        addresses.flatMap((address, at): [number, number][] =>
          contains(network, address) ? [[cidr, at]] : [],
        ),
      )
    : undefined;
}

/** A certificate is no secret, and its text costs less than a digest of it; a long one would fill the cache. */
function certificateKey(text: string): string {
  return text.length > 8192 ? digest(text) : text;
}

/** OPA's builtins refuse operands of another type with a builtin error. */
function ifText<const T extends readonly unknown[], R>(
  operands: T,
  call: (texts: { readonly [I in keyof T]: string }) => R,
): R | undefined {
  return operands.every(operand => typeof operand === 'string')
    ? call(operands as { readonly [I in keyof T]: string })
    : undefined;
}

/** crypto.x509.Certificate as OPA's JSON has it, in part. Go writes no names as null. */
type OPACertificate = {
  readonly DNSNames: readonly string[] | null;
  readonly NotBefore: string;
  readonly NotAfter: string;
};

function opaCertificates(text: string): readonly OPACertificate[] | undefined {
  const bytes = pemOrBase64(text);
  if (bytes === undefined) {
    return undefined;
  }
  const der = isPEM(bytes) ? joinedCertificates(bytes) : bytes;
  const parsed = der && readAllParts(der);
  return parsed?.ok && parsed.value.every(writable) ? parsed.value.map(opaCertificate) : undefined;
}

/** Go parses an offset of 24 hours but does not write one as JSON, and so OPA has no such certificate. */
function writable({ notBefore, notAfter }: CertificateParts): boolean {
  return ![notBefore, notAfter].some(({ text }) => /[+-]24:\d\d$/.test(text));
}

function opaCertificate(parts: CertificateParts): OPACertificate {
  const names = dNSNames(parts);
  const { notBefore, notAfter } = parts;
  return { DNSNames: names.length > 0 ? names : null, NotBefore: notBefore.text, NotAfter: notAfter.text };
}

/** OPA refuses PEM that holds any block but certificates. */
function joinedCertificates(pem: Uint8Array): Uint8Array | undefined {
  const blocks = decodePEM(pem);
  return blocks.every(block => block.type === 'CERTIFICATE')
    ? Buffer.concat(blocks.map(block => block.bytes))
    : undefined;
}

/** tls.Certificate as OPA's JSON has it, in part: nothing of the key. */
type OPAKeyPair = { readonly Certificate: readonly string[] };
type Loaded = { readonly pair: OPAKeyPair; readonly leaf: OPACertificate };

function load(certificate: string, key: string): Loaded | undefined {
  const certificatePEM = asPEM('CERTIFICATE', certificate);
  const keyPEM = asPEM('PRIVATE KEY', key);
  const loaded = certificatePEM && keyPEM && loadKeyPair(certificatePEM, keyPEM);
  if (!loaded?.ok || !writable(loaded.value.leaf)) {
    return undefined;
  }
  const Certificate = loaded.value.chain.map(base64);
  return { pair: { Certificate }, leaf: opaCertificate(loaded.value.leaf) };
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** OPA takes for DER whatever does not begin with a BEGIN line. */
function asPEM(label: string, text: string): Uint8Array | undefined {
  const bytes = pemOrBase64(text);
  return bytes === undefined || isPEM(bytes)
    ? bytes
    : Buffer.from(`-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----\n`);
}

function pemOrBase64(text: string): Buffer | undefined {
  return text.startsWith(begin) ? Buffer.from(text) : decodeBase64(text);
}

const begin = '-----BEGIN';

function isPEM(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, begin.length) === begin;
}
