import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';
import { cosmosExporter } from './cosmos-exporter.ts';
import { resourceLabels } from './labels.ts';
import { forMode } from './mode.ts';
import { proxy } from './proxy.ts';
import { nonRoot } from './security-context.ts';
import { seid } from './seid.ts';
import { seidInit } from './seid-init.ts';
import { sidecar } from './sidecar.ts';
import type { PodSpec, PodTemplate } from './types.ts';
import { volumesOf } from './volumes.ts';

/** A node's pod (contract §4). Karpenter is asked to leave it where it is. */
export function podTemplate(node: SeiNode, settings: Settings): PodTemplate {
  return {
    metadata: { labels: resourceLabels(node), annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
    spec: {
      serviceAccountName: settings.SEI_SERVICE_ACCOUNT,
      // kube-rbac-proxy asks the API server with this token.
      automountServiceAccountToken: true,
      // The published sidecar finds seid's process in /proc, to stop it.
      shareProcessNamespace: true,
      // A volume that root once wrote is handed over on its first mount, and no more walked through after that.
      securityContext: { fsGroup: nonRoot, fsGroupChangePolicy: 'OnRootMismatch' },
      ...scheduling(node, settings),
      volumes: volumesOf(node),
      initContainers: [seidInit(node), sidecar(node, settings), ...proxy(node, settings)],
      containers: [seid(node, settings), cosmosExporter(settings)],
    },
  };
}

/** The pod runs in the node pool of its mode, which nothing else tolerates. */
function scheduling(node: SeiNode, settings: Settings): Pick<PodSpec, 'tolerations' | 'affinity'> {
  const { nodepool } = forMode(node, settings);
  const inPool = { key: 'karpenter.sh/nodepool', operator: 'In', values: [nodepool] };
  const required = { nodeSelectorTerms: [{ matchExpressions: [inPool] }] };
  return {
    tolerations: [{ key: settings.SEI_TOLERATION_KEY, value: nodepool, effect: 'NoSchedule' }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
  };
}
