import { ClusterError } from '../cluster/error.ts';
import { customResourceDefinitions, seiNodes } from '../cluster/resource.ts';
import type { KubernetesObject } from '../core/kubernetes.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Objects } from './objects.ts';

/**
 * Whether a node goes only because its CRD is being deleted, or was and is there anew: who takes the finalizer off a CRD
 * that hangs, and installs it again, finds every node on its way out (ADR 47). Where the roles are those of a controller
 * before, which may not read the CRD, discovery tells the first.
 *
 * @throws ClusterError where nobody knows.
 */
export async function kindGoes({ metadata }: SeiNode, objects: Objects): Promise<boolean> {
  try {
    const crd = await objects.read(customResourceDefinitions, undefined, 'seinodes.sei.io');
    const { deletionTimestamp, creationTimestamp = '' } =
      (crd as KubernetesObject | undefined)?.metadata ?? {};
    const wasThere = Date.parse(creationTimestamp) < Date.parse(metadata.deletionTimestamp ?? '');
    return deletionTimestamp !== undefined || !wasThere;
  } catch (error) {
    if (!(error instanceof ClusterError && error.fault.status === 403)) throw error;
    return !(await objects.verbsOf(seiNodes)).includes('create');
  }
}
