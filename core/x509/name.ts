import { failure, type Result, success } from '../result.ts';
import type { DER } from './der.ts';
import { SEQUENCE, SET } from './tags.ts';
import { badString, hex, stringText } from './text.ts';
import { readOID } from './values.ts';

/** One attribute of a distinguished name: its type as a dotted OID and its value as encoded. */
export type Attribute = { readonly type: string; readonly value: DER };
/** A Name (RFC 5280 §4.1.2.4) as encoded: relative distinguished names, each a set of attributes. */
export type Name = readonly (readonly Attribute[])[];

/** Reads a Name from the content of its SEQUENCE; every value has to be a string that keeps its type's rules. */
export function readName(from: DER): Result<Name> {
  const name: Attribute[][] = [];
  while (!from.empty) {
    const set = from.read(SET);
    if (!set) return failure('invalid relative distinguished name');
    const attributes: Attribute[] = [];
    while (!set.empty) {
      const problem = readAttribute(set, attributes);
      if (problem) return failure(problem);
    }
    name.push(attributes);
  }
  return success(name);
}

/** The RFC 2253 text of a Name: last RDN first; a type outside the table of §2.3 is dotted with the value's DER. */
export function nameText(name: Name): string {
  return name
    .map(attributes => attributes.map(attributeText).join('+'))
    .reverse()
    .join(',');
}

function readAttribute(set: DER, attributes: Attribute[]): string | undefined {
  const attribute = set.read(SEQUENCE);
  if (!attribute) return 'invalid attribute';
  const type = readOID(attribute);
  if (type === undefined) return 'invalid attribute type';
  const value = attribute.any();
  if (!value) return 'invalid attribute value';
  attributes.push({ type, value });
  return badString(value);
}

const keywords: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.6', 'C'],
  ['2.5.4.9', 'STREET'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
]);

function attributeText({ type, value }: Attribute): string {
  const keyword = keywords.get(type);
  return keyword ? `${keyword}=${escaped(stringText(value))}` : `${type}=#${hex(value.element)}`;
}

// RFC 2253 §2.4; control characters become hex pairs, so that a name cannot steer a terminal.
function escaped(text: string): string {
  return text
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/(?<=.) $/s, '\\ ')
    .replace(/^[ #]/, '\\$&')
    .replace(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu, hexPairs);
}

function hexPairs(character: string): string {
  return encodeURIComponent(character).replaceAll('%', '\\').toLowerCase();
}
