import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { mutateBytes, mutateDER } from '../../core/x509/mutate.ts';
import { seeded } from '../../core/x509/random.ts';
import { block, fixture, fixtures } from '../../wasm/fixtures.ts';
import type { Case } from '../case.ts';
import { node } from './objects.ts';
import { runs } from './runs.ts';

// Those that end between the moment of the cases and ours.
const certificates = fixtures('certificates').filter(name => !name.startsWith('offset'));
const keys = fixtures('keys');
const key = block('PRIVATE KEY', fixture('ec'));
const good = block('CERTIFICATE', fixture('good'));
const other = block('CERTIFICATE', fixture('other'));

/** Secrets as people write them, good and bad, and as nobody would. */
export const tlsCases: readonly Case[] = [
  { name: 'TLS: no Secret', objects: [node()] },
  {
    name: 'TLS: a Secret of another name',
    objects: [node(), secret(good, key, { metadata: { name: 'n1-tls', namespace: 'arctic' } })],
  },
  {
    name: 'TLS: a Secret of another namespace',
    objects: [node(), secret(good, key, { metadata: { name: 'n0-tls', namespace: 'default' } })],
  },
  { name: 'TLS: Opaque', objects: [node(), secret(good, key, { type: 'Opaque' })] },
  { name: 'TLS: without data', objects: [node(), secret(good, key, { data: undefined })] },
  { name: 'TLS: without key', objects: [node(), secret(good, '')] },
  { name: 'TLS: without certificate', objects: [node(), secret('', key)] },
  ...certificates.map(name => pair(`certificate ${name}`, block('CERTIFICATE', fixture(name)))),
  ...keys.flatMap(name =>
    ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'KEY'].map(label =>
      pair(`key ${name} as ${label}`, good, block(label, fixture(name))),
    ),
  ),
  pair('a chain', good + other),
  pair('a chain, leaf last', other + good),
  pair('a key before the leaf', key + good),
  pair('a BOM', `\ufeff${good}`),
  pair('text in front', `subject=n0\n${good}`),
  pair('an indented block', good.replaceAll(/^/gm, ' ')),
  pair('broken text behind', `${good}-----BEGIN CERTIFICATE-----\n`),
  pair('a block behind that is no certificate', good + block('CERTIFICATE', 'AAAA')),
  pair('a block in front that is no certificate', block('CERTIFICATE', 'AAAA') + good),
  pair('DER', Buffer.from(fixture('good'), 'base64').toString('latin1')),
  pair('not PEM', 'certificate'),
  pair('Windows lines', good.replaceAll('\n', '\r\n')),
  ...generated(),
];

function generated(): Case[] {
  const random = seeded(34);
  const ders = certificates.map(name => Buffer.from(fixture(name), 'base64'));
  return Array.from({ length: 3 * runs }, (_, index) => {
    const der = mutateDER(random, random.pick(ders), ders);
    const certificate = block('CERTIFICATE', Buffer.from(der).toString('base64'));
    const text = Buffer.from(mutateBytes(random, Buffer.from(good))).toString('latin1');
    return pair(`generated ${index}`, random.below(3) === 0 ? text : certificate);
  });
}

function pair(name: string, certificate: string, its = key): Case {
  return { name: `TLS: ${name}`, objects: [node(), secret(certificate, its)] };
}

/** The Secret of node n0. @param more what it has in place of what is right. */
export function secret(certificate: string, its: string, more: object = {}): KubernetesObject {
  const base64 = (text: string) =>
    Buffer.from(text, text.includes('\ufeff') ? 'utf8' : 'latin1').toString('base64');
  return {
    ...{
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'n0-tls', namespace: 'arctic' },
      type: 'kubernetes.io/tls',
    },
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(its) },
    ...more,
  } as KubernetesObject;
}
