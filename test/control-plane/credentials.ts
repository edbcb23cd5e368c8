import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { API } from './api.ts';
import { type Authority, createAuthority, generateKey } from './certificates.ts';
import { files } from './commands.ts';
import type { ControlPlane } from './control-plane.ts';
import { type Cluster, writeKubeconfig } from './kubeconfig.ts';

/** Writes what the programs read: the CA, a serving certificate, the key of ServiceAccount tokens. */
export async function writeCertificates(directory: string): Promise<Authority> {
  const [authority, serviceAccountKey] = await Promise.all([createAuthority('control-plane'), generateKey()]);
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const serving = await authority.issue({ commonName: 'kube-apiserver' }, names, ['127.0.0.1']);
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text, { mode: 0o600 });
  write(files.authority, authority.certificate);
  write(files.servingCertificate, serving.certificate);
  write(files.servingKey, serving.key);
  write(files.serviceAccountKey, serviceAccountKey.privateKey);
  return authority;
}

/** Kubeconfigs of users by client certificate. */
export function users(
  directory: string,
  cluster: Cluster,
  authority: Authority,
): ControlPlane['userKubeconfig'] {
  let count = 0;
  return async (commonName, organizations = []) => {
    const credential = await authority.issue({ commonName, organizations });
    return writeKubeconfig(join(directory, `user-${count++}.kubeconfig`), cluster, credential);
  };
}

/** Kubeconfigs of ServiceAccounts by token. */
export function serviceAccounts(
  directory: string,
  cluster: Cluster,
  api: API,
): ControlPlane['serviceAccountKubeconfig'] {
  let count = 0;
  return async (namespace, name, pod) => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const boundObjectRef = pod && { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid };
    const spec = { expirationSeconds: 86_400, ...(boundObjectRef && { boundObjectRef }) };
    const { status, body } = await api.call('POST', path, { spec });
    if (status !== 201) {
      throw new Error(`no token for the ServiceAccount ${namespace}/${name}: ${JSON.stringify(body)}`);
    }
    const { token } = (body as { status: { token: string } }).status;
    return writeKubeconfig(join(directory, `service-account-${count++}.kubeconfig`), cluster, { token });
  };
}
