import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Secret } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';

/** A node and its Secret. */
export type Pair = { readonly node: SeiNode; readonly secret: Secret };

const example = 'good-rsa';

/**
 * A node with an RSA-2048 certificate of its own: the example's, with every name in it replaced by one of the
 * same length. Its signature is then wrong, which nobody checks when a pair is loaded.
 *
 * @param index up to 7 digits, so that the name is as long as the example's.
 */
export function makePair(index: number): Pair {
  const name = `n${String(index).padStart(example.length - 1, '0')}`;
  return { node: nodeNamed(name), secret: secretFor(name) };
}

const template = readTemplate();

function readTemplate(): { node: SeiNode; secret: Secret } {
  const file = join(import.meta.dirname, '../../examples/fleet', `${example}.yaml`);
  const [node, secret] = parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS());
  return { node, secret };
}

function secretFor(name: string): Secret {
  const { secret } = template;
  const data = { ...secret.data, 'tls.crt': renamedCertificate(secret.data?.['tls.crt'] ?? '', name) };
  return { ...secret, metadata: { ...secret.metadata, name: `${name}-tls` }, data };
}

function nodeNamed(name: string): SeiNode {
  const { node } = template;
  const sidecar = { tls: { secretName: `${name}-tls` } };
  return { ...node, metadata: { ...node.metadata, name }, spec: { ...node.spec, sidecar } };
}

function renamedCertificate(base64: string, name: string): string {
  const pem = Buffer.from(base64, 'base64').toString('latin1');
  const body = pem.replaceAll(/-----[^-]+-----|\s/g, '');
  const der = Buffer.from(Buffer.from(body, 'base64').toString('latin1').replaceAll(example, name), 'latin1');
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`).toString('base64');
}
