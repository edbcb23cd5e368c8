import { shortDuration } from '../../core/duration.ts';
import { certificateFacts, utcSeconds } from '../../core/tls-secret.ts';
import type { Certificate } from '../../core/x509/certificate.ts';
import type { PublicKey } from '../../core/x509/publickey.ts';
import { paint, type Terminal } from '../terminal.ts';
import type { NodeView } from '../view.ts';
import type { Section } from './sections.ts';
import type { Cell } from './table.ts';

/** What a node's Secret holds, and how its names stand against the required ones; nothing where there is no Secret. */
export function certificateSection(view: NodeView, terminal: Terminal, now: string): Section[] {
  const { material } = view;
  if (material === undefined) {
    return [];
  }
  if (!material.leaf.ok) {
    return [{ title: 'Certificate', rows: [['Leaf', material.leaf.error]] }];
  }
  const leaf = material.leaf.value;
  const facts = certificateFacts(leaf);
  return [
    {
      title: 'Certificate',
      rows: [
        ['Subject', facts.subject || '(empty)'],
        ['Issuer', facts.issuer || '(empty)'],
        ['Valid', `${facts.notBefore} to ${facts.notAfter} (${validity(leaf, Date.parse(now))})`],
        ['Serial', facts.serial],
        ['SHA-256', facts.sha256],
        ['Public key', keyText(leaf.publicKey)],
        [
          'Key pair',
          material.pair.ok ? 'tls.key is the private key of this certificate' : material.pair.error,
        ],
        ['Chain', chainText(material.certificates)],
        ...notJudged(leaf),
      ],
    },
    { title: 'Names', rows: nameRows(view, leaf, terminal) },
  ];
}

function validity(leaf: Certificate, now: number): string {
  const [start, end] = [leaf.notBefore, leaf.notAfter].map(instant => Date.parse(utcSeconds(instant))) as [
    number,
    number,
  ];
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

function nameRows(view: NodeView, leaf: Certificate, terminal: Terminal): [string, Cell][] {
  const missing = new Set(lacking(view, leaf));
  const required = view.requiredDNSNames.map((name): [string, Cell] => [
    missing.has(name) ? 'missing' : 'required',
    { text: name, paint: text => paint(terminal, missing.has(name) ? 'red' : 'green', text) },
  ]);
  const others = leaf.subjectAltNames
    .filter(({ type, value }) => type !== 'dNSName' || !isRequired(view, value))
    .map(({ type, value }): [string, Cell] => [
      'other',
      type === 'dNSName' ? value : `${value} (${type}, never counts)`,
    ]);
  return [...required, ...others];
}

/** Names match exactly but for ASCII case (contract §2). */
function lacking({ requiredDNSNames }: NodeView, leaf: Certificate): string[] {
  const served = new Set(leaf.dNSNames.map(name => name.toLowerCase()));
  return requiredDNSNames.filter(name => !served.has(name));
}

function isRequired({ requiredDNSNames }: NodeView, name: string): boolean {
  return requiredDNSNames.includes(name.toLowerCase());
}
