import { shortDuration } from '../../core/duration.ts';
import { certificateFacts, loadTLSPair } from '../../core/tls-secret.ts';
import type { Certificate } from '../../core/x509/certificate.ts';
import type { PublicKey } from '../../core/x509/publickey.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { NodeView } from '../view.ts';
import type { Section } from './sections.ts';
import type { Cell } from './table.ts';

/** What a node's Secret holds, and how its names stand against the required ones; nothing where there is no Secret. */
export function certificateSections(view: NodeView, terminal: Terminal, now: string): Section[] {
  const { material } = view;
  if (material === undefined) {
    return [];
  }
  if (!material.leaf.ok) {
    return [{ title: 'Certificate', rows: [['Leaf', material.leaf.error]] }];
  }
  const leaf = material.leaf.value;
  return [
    { title: 'Certificate', rows: certificateRows(view, leaf, Date.parse(now)) },
    { title: 'Names', rows: nameRows(view, leaf, terminal) },
  ];
}

function certificateRows({ secret, material }: NodeView, leaf: Certificate, now: number): Section['rows'] {
  const facts = certificateFacts(leaf);
  const pair = secret && loadTLSPair(secret);
  return [
    ['Subject', facts.subject || '(empty)'],
    ['Issuer', facts.issuer || '(empty)'],
    ['Valid', `${facts.notBefore} to ${facts.notAfter} (${validity(leaf, now)})`],
    ['Serial', facts.serial],
    ['SHA-256', facts.sha256],
    ['Public key', keyText(leaf.publicKey)],
    ['Key pair', pair?.ok === false ? pair.error : 'tls.key is the private key of this certificate'],
    ['Chain', chainText(material?.certificates ?? 0)],
    ...notJudged(leaf),
  ];
}

function validity(leaf: Certificate, now: number): string {
  const [start, end] = [leaf.notBeforeUnix * 1000, leaf.notAfterUnix * 1000];
  if (end < now) {
    return `expired ${shortDuration(now - end)} ago`;
  }
  return start > now
    ? `not valid for another ${shortDuration(start - now)}`
    : `${shortDuration(end - now)} left`;
}

function keyText(key: PublicKey): string {
  switch (key.kind) {
    case 'rsa':
      return `RSA ${key.bits}`;
    case 'ecdsa':
      return `ECDSA ${key.curve}`;
    case 'unknown':
      return `algorithm ${key.algorithm}`;
    default:
      return key.kind === 'ed25519' ? 'Ed25519' : 'DSA';
  }
}

function chainText(certificates: number): string {
  return certificates === 1 ? 'the leaf alone' : `the leaf and ${certificates - 1} more`;
}

/** Facts that no verdict rests on, because Go checks none of them when it loads a pair. */
function notJudged(leaf: Certificate): [string, string][] {
  const remarks = [
    ...(leaf.isCA ? ['it is a CA'] : []),
    ...(leaf.extKeyUsages.length > 0 && !leaf.extKeyUsages.includes('serverAuth')
      ? ['its extended key usage is not serverAuth']
      : []),
    ...leaf.unhandledCriticalExtensions.map(oid => `critical extension ${oid} is unknown`),
  ];
  return remarks.length === 0 ? [] : [['Not judged', remarks.join('; ')]];
}

/** A person reads no more names than these. */
const mostNames = 50;

function nameRows({ requiredDNSNames }: NodeView, leaf: Certificate, terminal: Terminal): Section['rows'] {
  // Names match exactly but for ASCII case (contract §2).
  const served = new Set(leaf.dNSNames.map(name => name.toLowerCase()));
  const required = requiredDNSNames.map((name): [string, Cell] => [
    served.has(name) ? 'required' : 'missing',
    { text: name, paint: text => paint(terminal, served.has(name) ? 'green' : 'red', text) },
  ]);
  const others = leaf.subjectAltNames
    .filter(({ type, value }) => type !== 'dNSName' || !requiredDNSNames.includes(value.toLowerCase()))
    .map(({ type, value }) => (type === 'dNSName' ? value : `${value} (${type}, never counts)`));
  const more = others.length - mostNames;
  const shown = more > 0 ? [...others.slice(0, mostNames), `and ${more} more`] : others;
  return [...required, ...shown.map((name): [string, string] => ['other', name])];
}
