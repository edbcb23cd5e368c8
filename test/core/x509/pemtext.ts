import type { Random } from './random.ts';

/** DER as a PEM block with lines of 64. */
export function pem(label: string, bytes: Uint8Array, headers = ''): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${headers}${lines.map(line => `${line}\n`).join('')}-----END ${label}-----\n`;
}

/** PEM text with a few things done to it that people, editors and attackers do. */
export function mutatePEM(random: Random, text: string): string {
  let changed = text;
  for (let i = random.pick([1, 1, 1, 2, 4]); i > 0; i--) changed = random.pick(changes)(random, changed);
  return changed;
}

/** A few lines, most of them of the kinds PEM is made of. */
export function randomPEM(random: Random): string {
  return Array.from({ length: random.below(14) }, () => random.pick(pieces) + random.pick(endings)).join('');
}

type Change = (random: Random, text: string) => string;

const pieces = [
  '-----BEGIN A-----',
  '-----END A-----',
  '-----BEGIN B-----',
  '-----END B-----',
  '-----BEGIN -----',
  '-----END -----',
  '-----BEGIN A',
  '-----END A',
  '-----BEGIN ',
  '-----END ',
  '-----',
  'QUJD',
  'QUI=',
  'QQ==',
  'QQ=',
  'QR==',
  'QUJDR',
  '=',
  '',
  ' ',
  '\t',
  'a:b',
  ' a : b ',
  ':',
  'a:',
  'a: b:c',
  'QU JD',
  'QUJD-',
  '-----BEGIN A-----x',
  '-----END A----- ',
  '-----END A-----x',
  ' -----BEGIN A-----',
  '\ufeff-----BEGIN A-----',
  '-----BEGIN A-----\r',
  '-----BEGIN A:B-----',
  '-----END A:B-----',
  '\x00',
  '-----begin A-----',
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  '\x85a\xa0:\u2003b\u00a0',
];
const endings = ['\n', '\n', '\n', '\n', '\n', '\r\n', '', '\r', ' \n', '\n\n', '\t\r\n'];

const line: Change = (random, text) => {
  const lines = text.split('\n');
  lines.splice(random.below(lines.length + 1), random.below(2), random.pick(pieces));
  return lines.join('\n');
};

const changes: readonly Change[] = [
  line,
  line,
  line,
  (_, text) => text.replaceAll('\n', '\r\n'),
  (_, text) => text.replaceAll('\n', '\r'),
  (_, text) => `\ufeff${text}`,
  (_, text) => text.replace(/^/gm, '  '),
  (_, text) => text.replace(/$/gm, ' \t'),
  (_, text) => text.replaceAll('\n', ''),
  (_, text) => text.replace(/\n(?=[A-Za-z0-9+/=])/g, ''),
  (_, text) => text.replace(/\n$/, ''),
  (_, text) => text.toLowerCase(),
  (_, text) => text.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n'),
  (_, text) => text.replace('-----\n', '----- \n'),
  (_, text) => `subject=CN = a\n${text}trailing`,
  (random, text) => text.repeat(1 + random.below(3)),
  (random, text) =>
    splice(random, text, random.pick(['\x00', '=', '-', '!', '\n', '\r', ' ', ':', 'A', '\x85', '\xa0'])),
  (random, text) => text.slice(0, random.below(text.length + 1)),
  (random, text) => text.slice(random.below(text.length + 1)),
  (random, text) =>
    text.replace(
      random.pick([/BEGIN [A-Z ]*/, /END [A-Z ]*/]),
      match => match + random.pick(['X', ' ', '-', '\x00']),
    ),
  (random, text) =>
    text.replaceAll(
      /(BEGIN|END) [A-Z ]*/g,
      `$1 ${random.pick(['PRIVATE KEY', 'X PRIVATE KEY', 'XPRIVATE KEY', 'CERTIFICATE', 'ENCRYPTED PRIVATE KEY', 'TRUSTED CERTIFICATE', 'EC PARAMETERS', ''])}`,
    ),
];

function splice(random: Random, text: string, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at + random.below(2));
}
