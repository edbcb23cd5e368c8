import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Case, created, node, updated, withoutTLS } from './objects.ts';

const other = node({ sidecar: { tls: { secretName: 'other-tls' } } });
const would = 'spec.sidecar.tls is immutable and would be';

/** An edit is known as it is made, never later. */
export const immutableCases: readonly Case[] = [
  { name: 'a node as it is', object: node(), inventory: [] },
  { name: 'a new node', object: created(node()), inventory: [] },
  { name: 'another image', object: updated(node(), node({ image: 'sei:v6.4.0' })), inventory: [] },
  { name: 'TLS added', object: updated(withoutTLS, node()), inventory: [], message: `${would} added` },
  { name: 'TLS removed', object: updated(node(), withoutTLS), inventory: [], message: `${would} removed` },
  { name: 'TLS changed', object: updated(node(), other), inventory: [], message: `${would} changed` },
];

/** Over the certificates of the example fleet. */
export const secretCases: Readonly<Record<string, readonly Case[]>> = {
  'tls-secret': [
    { name: 'a good Secret', ...example('good-ec') },
    { name: 'no Secret', ...example('no-secret'), message: 'Secret arctic/no-secret-tls does not exist' },
    {
      name: 'an expired certificate',
      ...example('expired'),
      message: 'the certificate in Secret arctic/expired-tls expired at',
    },
    {
      name: 'a key of another certificate',
      ...example('foreign-key'),
      message: 'Secret arctic/foreign-key-tls: tls.crt and tls.key are not a pair',
    },
    { name: 'names are for another rule', ...example('san-missing') },
  ],
  'tls-sans': [
    { name: 'every name', ...example('good-ec') },
    {
      name: 'a name missing',
      ...example('san-missing'),
      message: 'the certificate in Secret arctic/san-missing-tls lacks the DNS names',
    },
    {
      name: 'a wildcard',
      ...example('wildcard-only'),
      message: 'the certificate in Secret arctic/wildcard-only-tls lacks the DNS names',
    },
  ],
};

function example(name: string): Pick<Case, 'object' | 'inventory'> {
  const path = join(import.meta.dirname, '../../../examples/fleet', `${name}.yaml`);
  const [object, ...inventory] = parseAllDocuments(readFileSync(path, 'utf8')).map(each => each.toJS());
  return { object, inventory };
}
