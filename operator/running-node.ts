import { configMaps, persistentVolumeClaims, services } from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import { bootstrappedAnnotation, isBootstrapped } from '../core/plan/bootstrapped.ts';
import { importedClaimName, proxyConfigName } from '../core/resources/names.ts';
import { type SeiNode, tlsSecretName } from '../core/seinode.ts';
import { applyProxyConfig, applyService } from './tasks/apply-objects.ts';
import type { Around } from './tasks/executor.ts';

/**
 * What is seen to beside the plans of a running node: its Service and its proxy's ConfigMap are made anew where somebody
 * deleted them, and the claim that it imports says what it carries. Its StatefulSet is a plan's alone.
 *
 * @throws ClusterError
 */
export async function tendRunning(node: SeiNode, around: Around): Promise<void> {
  const { objects } = around;
  const { namespace, name } = node.metadata;
  // What cannot be made now is tried again as something changes; it stops nothing.
  if (objects.cached(services, namespace, name) === undefined) await applyService(node, around);
  const isProxied = tlsSecretName(node) !== undefined;
  if (isProxied && objects.cached(configMaps, namespace, proxyConfigName(node)) === undefined) {
    await applyProxyConfig(node, around);
  }
  await markBootstrapped(node, around);
}

/**
 * A running node's volume carries its chain. It is said on a claim that a node imports, for a node that is made anew on
 * it must not begin anew; of its own claim nobody has to know, as it goes with the node.
 */
async function markBootstrapped(node: SeiNode, { objects }: Around): Promise<void> {
  const { namespace } = node.metadata;
  const name = importedClaimName(node);
  const claim =
    name === undefined ? undefined : (objects.cached(persistentVolumeClaims, namespace, name) as Any);
  if (claim === undefined || isBootstrapped(node, claim)) return;
  const annotations = { [bootstrappedAnnotation]: node.spec.chainId };
  // The UID keeps it from making a claim where this one has gone.
  const metadata = { name: claim.metadata.name, namespace, uid: claim.metadata.uid, annotations };
  await objects.apply(node, persistentVolumeClaims, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
  });
}

type Any = KubernetesObject | undefined;
