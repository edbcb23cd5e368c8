/** Identifier octets of the universal types used here (X.680 §8.6, X.690 §8.1.2). */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const UTF8_STRING = 0x0c;
export const NUMERIC_STRING = 0x12;
export const PRINTABLE_STRING = 0x13;
export const T61_STRING = 0x14;
export const IA5_STRING = 0x16;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const BMP_STRING = 0x1e;
export const SEQUENCE = 0x30;
export const SET = 0x31;

/** Identifier octet of the context-specific tag `n`, primitive. */
export function context(n: number): number {
  return 0x80 | n;
}

/** Identifier octet of the context-specific tag `n`, constructed. */
export function constructed(n: number): number {
  return 0xa0 | n;
}
