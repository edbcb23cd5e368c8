import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { Secret } from '../../core/kubernetes.ts';
import { decodePEM } from '../../core/x509/pem.ts';
import { withExtension, withField } from '../core/x509/grammar.ts';
import { composed, primitive } from '../core/x509/tlv.ts';
import { examples } from './terminal.ts';

/** What moves a cursor, hides text or turns its direction; newlines are the program's own. */
export const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The decoded Secret of an example. */
export function exampleSecret(name: string): Secret {
  const documents = parseAllDocuments(readFileSync(`${examples}/${name}.yaml`, 'utf8'));
  return documents.map(document => document.toJS()).find(({ kind }) => kind === 'Secret');
}

/** tls.crt and tls.key of good-ec with other names in the leaf: it no longer verifies, which nobody here does. */
export function certificateNaming(name: string): Record<'tls.crt' | 'tls.key', string> {
  const { data = {} } = exampleSecret('good-ec');
  const [block] = decodePEM(Buffer.from(data['tls.crt'] ?? '', 'base64'));
  const leaf = block?.bytes ?? new Uint8Array();
  const renamed = withField(withField(leaf, 3, distinguishedName(name)), 5, distinguishedName(name));
  // A dNSName holds ASCII; anything else would make the certificate Malformed.
  const dNSName = primitive(0x82, name.replaceAll(/[^\0-\x7f]/g, '?') || '?');
  const altered = withExtension(renamed, '551d11', false, composed(0x30, [dNSName]));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(altered).toString('base64')}\n-----END CERTIFICATE-----\n`;
  return { 'tls.crt': Buffer.from(pem).toString('base64'), 'tls.key': data['tls.key'] ?? '' };
}

/** CN and O, as UTF8String. */
function distinguishedName(text: string) {
  const attribute = (type: string) =>
    composed(0x31, [
      composed(0x30, [primitive(0x06, Buffer.from(type, 'hex')), primitive(0x0c, Buffer.from(text))]),
    ]);
  return composed(0x30, [attribute('550403'), attribute('55040a')]);
}

const piece = fc.constantFrom(
  '\u001b',
  '[31m',
  ']0;x\u0007',
  '\u009b',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\r',
  '\n',
  '\t',
  '\u0000',
  '\u007f',
  '\ufeff',
  '\u{e0041}',
  'é',
  '日本',
  '😀',
  'a',
  ' ',
  '"',
  "'",
  ':',
  '#',
  '-',
  '%s',
  '::error::',
  '##[add-mask]',
  '%0A',
  ']]>',
  '<&>',
  '{0}',
  '[a](b)',
  '\ufffe',
);
/** Text of what a terminal, a format or a CI system may act on. */
export const hostileText = fc.array(piece, { minLength: 1, maxLength: 12 }).map(pieces => pieces.join(''));

/** A node and its Secret, in JSON, with this text wherever the API server would let it stand. */
export function fleetSaying(said: string): string {
  const node = {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name: 'n0', namespace: 'arctic', annotations: { said } },
    spec: {
      chainId: 'c',
      image: said,
      fullNode: {},
      sidecar: { tls: { secretName: 's' } },
      [`x${said}`]: said,
    },
    status: {
      phase: 'Failed',
      plan: {
        id: 'p',
        phase: 'Failed',
        tasks: [{ id: '1', type: 'config-apply', status: 'Failed', error: said }],
      },
    },
  };
  const metadata = { name: 's', namespace: 'arctic' };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'kubernetes.io/tls',
    data: certificateNaming(said),
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [node, secret] });
}
