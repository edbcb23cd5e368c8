import {
  configMaps,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { dataClaim } from '../../core/resources/data-claim.ts';
import { dataClaimName, importedClaimName, ownClaimName } from '../../core/resources/names.ts';
import { proxyConfig } from '../../core/resources/proxy-config.ts';
import { headlessService } from '../../core/resources/service.ts';
import { statefulSet } from '../../core/resources/stateful-set.ts';
import { conditionOf, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import { settings } from '../core/resources/nodes.ts';
import type { ReferenceAPI } from './reference-api.ts';
import { type Claim, importCheck, type Outcome, ownClaimCheck, type Volume } from './reference-claim.ts';
import { claimConditions, planOf, secretStatus } from './reference-status.ts';

/** Whether a node is looked at again once something has changed, or sooner. */
export type Look = 'settled' | 'waits';

const finalizer = 'sei.io/seinode-finalizer';

/** One look of the reference at a node: it does what is next. @throws where a write is refused; the next look may do. */
export async function lookAt(api: ReferenceAPI, namespace: string, name: string): Promise<Look> {
  const node = await api.read<SeiNode>(seiNodes, namespace, name);
  if (node === undefined) return 'settled';
  const { deletionTimestamp, finalizers = [] } = node.metadata;
  if (deletionTimestamp !== undefined) return finalize(api, node);
  if (!finalizers.includes(finalizer)) {
    await api.patch(node, { metadata: { finalizers: [...finalizers, finalizer] } });
    return 'waits';
  }
  const { phase, plan } = node.status ?? {};
  if (phase === 'Failed' || phase === 'Running') return 'settled';
  return plan?.phase === 'Active' ? initialize(api, node) : makePlan(api, node);
}

/** The volume goes unless an import is set. What else the node owns is left to garbage collection, its pod as well. */
async function finalize(api: ReferenceAPI, node: SeiNode): Promise<Look> {
  const { finalizers = [], namespace } = node.metadata;
  if (!finalizers.includes(finalizer)) return 'settled';
  const terminating = await api.report(node, { phase: 'Terminating' });
  if (importedClaimName(node) === undefined) {
    await api.remove({ resource: persistentVolumeClaims, namespace, name: ownClaimName(node) });
  }
  await api.patch(terminating, { metadata: { finalizers: finalizers.filter(name => name !== finalizer) } });
  return 'settled';
}

/** There is no plan while the Secret of a node under TLS is not there. */
async function makePlan(api: ReferenceAPI, node: SeiNode): Promise<Look> {
  const name = tlsSecretName(node);
  const secret = name && (await api.read<Secret>(secrets, node.metadata.namespace, name));
  const isReady = name === undefined || (secret && secret.type === 'kubernetes.io/tls');
  const status = secretStatus(node, isReady ? 'Ready' : secret ? 'Malformed' : 'NotFound');
  const plan = { phase: 'Initializing', plan: planOf(node, 'Active') };
  await api.report(node, { ...status, ...(isReady && plan) });
  return 'waits';
}

async function initialize(api: ReferenceAPI, node: SeiNode): Promise<Look> {
  const { namespace, name } = node.metadata;
  const outcome = await ensureClaim(api, node);
  const conditions = claimConditions(node, outcome);
  if (outcome.kind === 'failed') {
    await api.report(node, { phase: 'Failed', conditions, plan: planOf(node, 'Failed', outcome.message) });
    return 'settled';
  }
  const reported = await api.report(node, { conditions });
  if (outcome.kind === 'waits') return 'waits';
  const config = proxyConfig(node);
  if (config !== undefined) await api.apply(configMaps, config);
  await api.apply(statefulSets, statefulSet(node, settings));
  await api.apply(services, headlessService(node));
  const pod = await api.read<Pod>(pods, namespace, `${name}-0`);
  if (conditionOf(pod?.status, 'Ready')?.status !== 'True') return 'waits';
  const { image: currentImage } = node.spec;
  await api.report(reported, { phase: 'Running', currentImage, plan: planOf(node, 'Complete') });
  return 'settled';
}

type Pod = { readonly status?: Pick<NonNullable<SeiNode['status']>, 'conditions'> };

async function ensureClaim(api: ReferenceAPI, node: SeiNode): Promise<Outcome> {
  const { namespace } = node.metadata;
  const claim = await api.read<Claim>(persistentVolumeClaims, namespace, dataClaimName(node));
  if (importedClaimName(node) !== undefined) {
    const name = claim?.spec.volumeName;
    return importCheck(
      node,
      claim,
      name ? await api.read<Volume>(persistentVolumes, undefined, name) : undefined,
    );
  }
  if (claim !== undefined) return ownClaimCheck(node, claim);
  await api.create(persistentVolumeClaims, dataClaim(node, settings)!);
  return { kind: 'done', message: '' };
}
