import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeInput } from '../../core/policy.ts';

const rego = readFileSync(join(import.meta.dirname, '../../policies/seinode/fixtures_test.rego'), 'utf8');

/** A certificate or key of the Rego fixtures: DER in base64. */
export function fixture(name: string): string {
  const value = new RegExp(`^\\t"${name}": "([^"]+)",$`, 'm').exec(rego)?.[1];
  if (value === undefined) {
    throw new Error(`no fixture ${name}`);
  }
  return value;
}

/** The names of the Rego fixtures of a kind. */
export function fixtures(kind: 'certificates' | 'keys'): string[] {
  const [, entries = ''] = new RegExp(`^${kind} := \\{\\n(.*?)^\\}`, 'ms').exec(rego) ?? [];
  return [...entries.matchAll(/^\t"(\w+)":/gm)].map(([, name]) => name as string);
}

export function block(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}

export const privateKey = block('PRIVATE KEY', fixture('ec'));

/** Node n0 in arctic with a Secret of this tls.crt, and what else is given. */
export function inputWith(certificates: string, more: object = {}): NodeInput {
  const data = {
    'tls.crt': Buffer.from(certificates).toString('base64'),
    'tls.key': Buffer.from(privateKey).toString('base64'),
  };
  return {
    now: '2026-06-01T00:00:00Z',
    node: {
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name: 'n0', namespace: 'arctic' },
      spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar: { tls: { secretName: 'n0-tls' } } },
    },
    secret: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'n0-tls', namespace: 'arctic' },
      type: 'kubernetes.io/tls',
      data,
    },
    ...more,
  };
}

export const good = inputWith(block('CERTIFICATE', fixture('good')));
