import { writeFileSync } from 'node:fs';
import type { KeyPair } from './certificates.ts';

/** Who a kubeconfig speaks as. */
export type Credential = KeyPair | { readonly token: string };

/** Where a kubeconfig points: address and CA in PEM. */
export type Cluster = { readonly server: string; readonly certificateAuthority: string };

/** Writes a kubeconfig for one cluster and one user, for its owner's eyes only. @returns the file. */
export function writeKubeconfig(file: string, cluster: Cluster, credential: Credential): string {
  const name = 'control-plane';
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          'certificate-authority-data': base64(cluster.certificateAuthority),
        },
      },
    ],
    users: [{ name, user: userOf(credential) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  // JSON is YAML, and kubectl reads both.
  writeFileSync(file, JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
  return file;
}

function userOf(credential: Credential): object {
  return 'token' in credential
    ? credential
    : {
        'client-certificate-data': base64(credential.certificate),
        'client-key-data': base64(credential.key),
      };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
