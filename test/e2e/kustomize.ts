import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Kubectl } from './kubectl.ts';
import type { Machine } from './machine.ts';
import { type Images, namespaces, nodeAccount, suffix } from './run.ts';

const root = join(import.meta.dirname, '../..');

/** The manifests of the operator, as an overlay of ours makes them: other names, small nodes. */
export function operatorManifests(kubectl: Kubectl, images: Images, machine: Machine): Promise<string> {
  return build(kubectl, 'operator/manifests', {
    namespace: namespaces.controller,
    nameSuffix: suffix,
    patches: [
      patch('ConfigMap', [{ op: 'replace', path: '/data', value: settings(images, machine) }]),
      patch('Deployment', [
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: images.operator },
      ]),
      // There is one of a name in a cluster, and the operator that is there already may have it.
      without('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'),
    ],
  });
}

/** The NetworkPolicy of examples/, for our namespaces. */
export function policyManifest(kubectl: Kubectl): Promise<string> {
  const select = (rule: number, value: string) => ({
    op: 'replace',
    path: `/spec/ingress/${rule}/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name`,
    value,
  });
  const selects = [select(0, namespaces.controller), select(1, namespaces.monitoring)];
  return build(kubectl, 'examples/networkpolicy', {
    namespace: namespaces.nodes,
    patches: [patch('NetworkPolicy', selects)],
  });
}

function settings({ sidecar, proxy, seid }: Images, { pool, storageClass }: Machine): object {
  // Asked for by the operator, and used by nothing in these checks.
  const unused = 'none';
  return {
    ...{ SEI_NODEPOOL_NAME: pool, SEI_NODEPOOL_ARCHIVE: unused, SEI_TOLERATION_KEY: 'sei.io/workload' },
    SEI_SERVICE_ACCOUNT: nodeAccount,
    ...{ SEI_STORAGE_CLASS_PERF: storageClass, SEI_STORAGE_SIZE_DEFAULT: '1Gi' },
    ...{
      SEI_STORAGE_CLASS_DEFAULT: unused,
      SEI_STORAGE_CLASS_ARCHIVE: unused,
      SEI_STORAGE_SIZE_ARCHIVE: '1Gi',
    },
    ...{ SEI_RESOURCE_CPU_DEFAULT: '10m', SEI_RESOURCE_MEM_DEFAULT: '64Mi' },
    ...{ SEI_RESOURCE_CPU_ARCHIVE: '1', SEI_RESOURCE_MEM_ARCHIVE: '1Gi' },
    ...{ SEI_SNAPSHOT_BUCKET: unused, SEI_SNAPSHOT_REGION: unused },
    ...{ SEI_GENESIS_BUCKET: unused, SEI_GENESIS_REGION: unused },
    ...{
      SEI_RESULT_EXPORT_BUCKET: unused,
      SEI_RESULT_EXPORT_REGION: unused,
      SEI_RESULT_EXPORT_PREFIX: unused,
    },
    ...{ SEI_SIDECAR_IMAGE: sidecar, SEI_KUBE_RBAC_PROXY_IMAGE: proxy, SEI_COSMOS_EXPORTER_IMAGE: seid },
  };
}

function without(apiVersion: string, kind: string): object {
  const patch = JSON.stringify({ $patch: 'delete', apiVersion, kind, metadata: { name: 'any' } });
  return { target: { kind }, patch };
}

function patch(kind: string, operations: readonly object[]): object {
  return { target: { kind }, patch: JSON.stringify(operations) };
}

/** Builds an overlay on a base of this repository. kustomize wants it in a directory, and the base by a relative path. */
async function build(kubectl: Kubectl, base: string, overlay: object): Promise<string> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-')));
  try {
    const resources = [relative(directory, realpathSync(join(root, base)))];
    writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify({ resources, ...overlay }));
    return await kubectl.run(['kustomize', directory]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
