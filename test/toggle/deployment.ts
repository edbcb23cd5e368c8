import type { ControlPlane } from '../control-plane/control-plane.ts';
import { environment } from '../core/resources/nodes.ts';
import { type Manifest, manifest } from '../operator/manifests.ts';

const labels = { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' };

/** The Deployment of the reference, as far as it tells what it is and what it was told. */
const reference: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'sei-k8s-controller-controller-manager', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: 'manager',
            image: 'registry.example/sei/sei-k8s-controller:967f153',
            command: ['/manager'],
            env: Object.entries(environment).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    },
  },
};

/**
 * Deploys the controller as a cluster shows it. What works the nodes is another process: these pods only seem to run.
 *
 * @throws where it is refused.
 */
export async function deployController(
  { call }: ControlPlane,
  controller: 'ours' | 'reference',
): Promise<void> {
  const namespace = manifest('Namespace').metadata.name;
  const post = async (path: string, object: object) => {
    const { status, body } = await call('POST', path, object);
    // Our manifests may have made the namespace.
    if (status !== 201 && status !== 409) throw new Error(`${path}: ${JSON.stringify(body)}`);
  };
  await post('/api/v1/namespaces', { metadata: { name: namespace } });
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  if (controller === 'reference') return post(deployments, reference);
  const settings = manifest('ConfigMap', 'sei-k8s-controller-settings');
  await post(`/api/v1/namespaces/${namespace}/configmaps`, { ...settings, data: environment });
  await post(deployments, manifest('Deployment'));
}
