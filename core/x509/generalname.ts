import { addressText } from './address.ts';
import type { DER } from './der.ts';
import { der } from './der.ts';
import { nameText, readName } from './name.ts';
import { SEQUENCE } from './tags.ts';
import { hex, isASCII, latin1 } from './text.ts';
import { badURI } from './uri.ts';
import { dotted } from './values.ts';

/**
 * One GeneralName (RFC 5280 §4.2.1.6) exactly as encoded. `tag` is its tag number and `hex` its content octets.
 * `value` is text for the IA5 kinds, an address for iPAddress, RFC 2253 for directoryName, a dotted OID for
 * registeredID, and hex of the whole element otherwise. `unknown` is an identifier octet that the RFC does not give
 * to any kind, such as a constructed dNSName: Go reads past it.
 */
export type GeneralName = {
  readonly tag: number;
  readonly type:
    | 'otherName'
    | 'rfc822Name'
    | 'dNSName'
    | 'x400Address'
    | 'directoryName'
    | 'ediPartyName'
    | 'uniformResourceIdentifier'
    | 'iPAddress'
    | 'registeredID'
    | 'unknown';
  readonly value: string;
  readonly hex: string;
};

export const RFC822_NAME = 0x81;
export const DNS_NAME = 0x82;
export const URI = 0x86;
export const IP_ADDRESS = 0x87;

/** What is wrong with an entry of a subjectAltName, undefined where Go takes it; other kinds are never looked into. */
export function badGeneralName({ tag, content }: DER): string | undefined {
  if (tag === IP_ADDRESS) return badAddress(content.length);
  if (tag !== RFC822_NAME && tag !== DNS_NAME && tag !== URI) return undefined;
  if (!isASCII(content)) return `${kinds.get(tag)} is not ASCII`;
  const problem = tag === URI ? badURI(latin1(content)) : undefined;
  return problem && `uniformResourceIdentifier cannot be read: ${problem}`;
}

/** Describes one GeneralName, whatever it is. */
export function generalName(entry: DER): GeneralName {
  const type = kinds.get(entry.tag) ?? 'unknown';
  return { tag: entry.tag & 0x1f, type, value: text(entry) ?? hex(entry.element), hex: hex(entry.content) };
}

const kinds: ReadonlyMap<number, GeneralName['type']> = new Map([
  [0xa0, 'otherName'],
  [RFC822_NAME, 'rfc822Name'],
  [DNS_NAME, 'dNSName'],
  [0xa3, 'x400Address'],
  [0xa4, 'directoryName'],
  [0xa5, 'ediPartyName'],
  [URI, 'uniformResourceIdentifier'],
  [IP_ADDRESS, 'iPAddress'],
  [0x88, 'registeredID'],
]);

function badAddress(length: number): string | undefined {
  return length === 4 || length === 16 ? undefined : `iPAddress has ${length} octets, not 4 or 16`;
}

function text(entry: DER): string | undefined {
  switch (kinds.get(entry.tag)) {
    case 'rfc822Name':
    case 'dNSName':
    case 'uniformResourceIdentifier':
      return latin1(entry.content);
    case 'iPAddress':
      return addressText(entry.content);
    case 'registeredID':
      return dotted(entry.bytes, entry.start, entry.end);
    case 'directoryName':
      return directoryName(entry);
    default:
      return undefined;
  }
}

function directoryName(entry: DER): string | undefined {
  const sequence = der(entry.content).read(SEQUENCE);
  const name = sequence && readName(sequence);
  return name?.ok ? nameText(name.value) : undefined;
}
