import { Fields } from './asn1.ts';
import { SEQUENCE } from './tags.ts';
import { hex } from './text.ts';

/**
 * A signature algorithm under the name Go prints, such as `SHA256-RSA`; its dotted OID where Go knows none.
 * `parameters` is the whole element, null where there is none.
 */
export function signatureName(oid: string, parameters: Uint8Array | null): string {
  if (oid === '1.3.101.112') return parameters ? oid : 'Ed25519';
  return oid === RSA_PSS ? (pssName(parameters ?? new Uint8Array()) ?? oid) : (names.get(oid) ?? oid);
}

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

const names: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'MD5-RSA'],
  ['1.2.840.113549.1.1.5', 'SHA1-RSA'],
  ['1.3.14.3.2.29', 'SHA1-RSA'],
  ['1.2.840.113549.1.1.11', 'SHA256-RSA'],
  ['1.2.840.113549.1.1.12', 'SHA384-RSA'],
  ['1.2.840.113549.1.1.13', 'SHA512-RSA'],
  ['1.2.840.10040.4.3', 'DSA-SHA1'],
  ['2.16.840.1.101.3.4.3.2', 'DSA-SHA256'],
  ['1.2.840.10045.4.1', 'ECDSA-SHA1'],
  ['1.2.840.10045.4.3.2', 'ECDSA-SHA256'],
  ['1.2.840.10045.4.3.3', 'ECDSA-SHA384'],
  ['1.2.840.10045.4.3.4', 'ECDSA-SHA512'],
]);

// By the OID of the hash and the length of the salt in octets, which has to be the hash's.
const pssNames: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1 32', 'SHA256-RSAPSS'],
  ['2.16.840.1.101.3.4.2.2 48', 'SHA384-RSAPSS'],
  ['2.16.840.1.101.3.4.2.3 64', 'SHA512-RSAPSS'],
]);

type Algorithm = { readonly oid: string; readonly parameters: Uint8Array };

// RSASSA-PSS-params (RFC 4055 §3.1), with one hash throughout and the usual trailer.
function pssName(parameters: Uint8Array): string | undefined {
  const fields = new Fields(parameters).sequence();
  const hash = fields && algorithm(fields.optionalExplicit(0, SEQUENCE));
  const mask = hash && algorithm(fields.optionalExplicit(1, SEQUENCE));
  const salt = mask && fields.explicitInt64(2);
  const trailer = salt && fields.explicitInt64(3);
  const maskHash = mask && algorithm(new Fields(mask.parameters).sequence());
  if (!maskHash || trailer === undefined || (trailer ?? 1) !== 1 || mask.oid !== MGF1) return undefined;
  if (maskHash.oid !== hash.oid || !isPlain(hash) || !isPlain(maskHash)) return undefined;
  return pssNames.get(`${hash.oid} ${salt}`);
}

function algorithm(fields: Fields | null | undefined): Algorithm | undefined {
  const oid = fields?.oid();
  const parameters = oid === undefined ? undefined : fields?.optionalAny();
  return oid === undefined || parameters === undefined
    ? undefined
    : { oid, parameters: parameters ?? new Uint8Array() };
}

function isPlain({ parameters }: Algorithm): boolean {
  return ['', '0500'].includes(hex(parameters));
}
