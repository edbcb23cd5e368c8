import { spawnSync } from 'node:child_process';
import { requires } from '../../requires.ts';
import { nodeYAML } from '../source/manifests.ts';

/** A SeiNode in the namespace arctic that reads this Secret; with none its TLS is off. */
export function arctic(name: string, secretName?: string): string {
  const tls = secretName === undefined ? '' : `  sidecar: {tls: {secretName: ${secretName}}}\n`;
  return nodeYAML(`${name}\n  namespace: arctic`, tls);
}

/** What a certificate for `n0` must carry, in the contract's order. */
export const namesOfN0 = ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'];

/** A kubernetes.io/tls Secret in the namespace arctic, as somebody would make it from two files. */
export function tlsSecret(name: string, certificate: string, key: string): string {
  const data = { 'tls.crt': btoa(certificate), 'tls.key': btoa(key) };
  const metadata = { name, namespace: 'arctic' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data });
}

/** What a manifest made by `--format secret` holds, as text. */
export function pemOf(secret: { readonly data: Readonly<Record<string, string>> }) {
  return { certificate: atob(secret.data['tls.crt'] ?? ''), key: atob(secret.data['tls.key'] ?? '') };
}

/** Runs openssl and returns all that it says, to stdout and then to stderr; throws where it fails. */
export function openssl(args: string): string {
  const { status, stdout, stderr } = spawnSync('openssl', args.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args}: ${stderr}`);
  return stdout + stderr;
}

/** A test that needs openssl; 3 because `x509 -req` copies the extensions of a request since then. */
export const withOpenSSL = requires('OpenSSL 3 on PATH: install openssl', hasOpenSSL());

function hasOpenSSL(): boolean {
  try {
    return /^OpenSSL [3-9]/.test(openssl('version'));
  } catch {
    return false;
  }
}
