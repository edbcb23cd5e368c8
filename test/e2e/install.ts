import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { eventually, type Kubectl } from './kubectl.ts';
import { controllerNamespace, type Run } from './run.ts';

const root = join(import.meta.dirname, '../..');

/** The images that are run. */
export type Images = {
  readonly operator: string;
  readonly sidecar: string;
  readonly seid: string;
  readonly proxy: string;
};

/** The manifests of the operator, with these images and the settings of a run. */
export function operatorManifests(kubectl: Kubectl, { name, storageClass, pool, images }: Run): Promise<string> {
  const data = {
    ...{ SEI_NODEPOOL_NAME: pool, SEI_STORAGE_CLASS_PERF: storageClass, SEI_STORAGE_SIZE_DEFAULT: '1Gi' },
    ...{ SEI_RESOURCE_CPU_DEFAULT: '10m', SEI_RESOURCE_MEM_DEFAULT: '64Mi' },
    ...{ SEI_SIDECAR_IMAGE: images.sidecar, SEI_KUBE_RBAC_PROXY_IMAGE: images.proxy },
    SEI_COSMOS_EXPORTER_IMAGE: images.seid,
    // Asked for by the operator, and used by no task of these checks.
    ...{ SEI_SNAPSHOT_BUCKET: name, SEI_SNAPSHOT_REGION: 'none', SEI_RESULT_EXPORT_BUCKET: name },
    ...{ SEI_GENESIS_BUCKET: name, SEI_GENESIS_REGION: 'none', SEI_RESULT_EXPORT_REGION: 'none' },
  };
  return build(kubectl, 'operator/manifests', [
    patch('ConfigMap', [{ op: 'add', path: '/data', value: data }], true),
    patch('Deployment', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: images.operator },
    ]),
  ]);
}

/** The NetworkPolicy of examples/, for the namespaces of a run. */
export function policyManifests(kubectl: Kubectl, { namespace, monitoring }: Run): Promise<string> {
  const selector = (rule: number) =>
    `/spec/ingress/${rule}/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name`;
  const selects = [
    { op: 'replace', path: selector(0), value: controllerNamespace },
    { op: 'replace', path: selector(1), value: monitoring },
  ];
  return build(kubectl, 'examples/networkpolicy', [patch('NetworkPolicy', selects)], namespace);
}

/** What there is of these objects on the cluster, such as `customresourcedefinition.apiextensions.k8s.io/…`. */
export async function existing(kubectl: Kubectl, manifests: string): Promise<string[]> {
  const found = await kubectl.run(['get', '-f', '-', '--ignore-not-found', '-o', 'name'], manifests);
  return found.split('\n').filter(line => line !== '');
}

/** Waits until a replica leads and both are ready. */
export async function operatorRuns(kubectl: Kubectl): Promise<undefined> {
  await eventually(kubectl, 120, async () => {
    const deployment = await kubectl.get<{ status: { readyReplicas?: number } }>(
      ...(['deployment', 'sei-k8s-controller-manager', controllerNamespace] as const),
    );
    const ready = deployment?.status.readyReplicas ?? 0;
    return ready === 2 ? undefined : `${ready} of 2 replicas are ready`;
  });
}
