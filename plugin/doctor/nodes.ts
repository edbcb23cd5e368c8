import { customResourceDefinitions, metadataOf, namespaces, type Resource } from '../../cluster/resource.ts';
import type { Facts } from '../../core/doctor/facts.ts';
import type { CustomResourceDefinition, SeiNodeDeployment } from '../../core/doctor/objects.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { success } from '../../core/result.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Reading } from './reading.ts';

/** Reads the CRD, the nodes and what they are in. @param namespace of the nodes; absent for every one. */
export async function readNodes(
  reading: Reading,
  namespace: string | undefined,
): Promise<Pick<Facts, 'crd' | 'nodes' | 'seiNodeDeployments' | 'namespaces'>> {
  const of = (wanted: string) => (served: Resource) => served.group === 'sei.io' && served.kind === wanted;
  const [crd, nodes, seiNodeDeployments, spaces] = await Promise.all([
    reading.get<CustomResourceDefinition>(customResourceDefinitions, 'seinodes.sei.io'),
    reading.listServed<SeiNode>(of('SeiNode'), namespace),
    reading.listServed<SeiNodeDeployment>(of('SeiNodeDeployment'), namespace),
    reading.list<KubernetesObject>(metadataOf(namespaces)),
  ]);
  const labels = ({ metadata }: KubernetesObject) => [metadata.name, metadata.labels ?? {}] as const;
  return {
    ...{ crd, nodes, seiNodeDeployments },
    namespaces: spaces.ok ? success(new Map(spaces.value.map(labels))) : spaces,
  };
}
