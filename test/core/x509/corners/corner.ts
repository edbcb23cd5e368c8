import type { Request } from '../../../oracle/oracle.ts';
import { fixtures, octets } from '../fixtures.ts';
import { pem } from '../pemtext.ts';
import { composed, primitive, type TLV, write } from '../tlv.ts';

/** A request at the edge of one rule, and what Go says to it: for PEM its blocks as `label=hex`. */
export type Corner = readonly [title: string, request: Request, expected: boolean | readonly string[]];

/** A certificate of P-256, to be changed. */
export const leaf = octets(fixtures.ecSEC1.certificate);

export const NULL = primitive(0x05, []);
export const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
export const sequence = (...children: readonly TLV[]): TLV => composed(0x30, children);
export const oid = (digits: string): TLV => primitive(0x06, hex(digits));

/** A certificate that Go takes, or not. */
export function certificate(title: string, first: Uint8Array, expected: boolean): Corner {
  return [title, { kind: 'c', first }, expected];
}

/** A certificate and a private key that Go loads together, or not. */
export function pair(title: string, first: Uint8Array, key: TLV, expected: boolean): Corner {
  const [certificates, keys] = [pem('CERTIFICATE', first), pem('PRIVATE KEY', write(key))];
  return [title, { kind: 'k', first: Buffer.from(certificates), second: Buffer.from(keys) }, expected];
}
