import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubeconfig } from './kubeconfig.ts';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The kubeconfig that a pod's ServiceAccount amounts to; undefined outside a pod.
 *
 * @param directory where the kubelet mounts the token (Kubernetes API, ServiceAccount admission).
 */
export function inClusterConfig(environment: NodeJS.ProcessEnv, directory = mounted): Kubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port || !existsSync(join(directory, 'token'))) {
    return undefined;
  }
  const name = 'in-cluster';
  const namespace = join(directory, 'namespace');
  const entry = (fields: Readonly<Record<string, unknown>>) =>
    new Map([[name, { fields, file: join(directory, 'token') }]]);
  return {
    files: [directory],
    missing: [],
    currentContext: name,
    contexts: entry({
      cluster: name,
      user: name,
      namespace:
        environment.POD_NAMESPACE || (existsSync(namespace) ? readFileSync(namespace, 'utf8').trim() : ''),
    }),
    clusters: entry({
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      'certificate-authority': 'ca.crt',
    }),
    users: entry({ tokenFile: 'token' }),
  };
}
