import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { SeiNode } from '../../../core/seinode.ts';
import { parseSettings, type Settings } from '../../../core/settings.ts';

const directory = join(import.meta.dirname, '../../fixtures/manifests');

/** What an operator is told where nodes are run today. */
export const environment = {
  SEI_NODEPOOL_NAME: 'sei-node',
  SEI_NODEPOOL_ARCHIVE: 'sei-archive',
  SEI_TOLERATION_KEY: 'sei.io/workload',
  SEI_SERVICE_ACCOUNT: 'seid-node',
  SEI_STORAGE_CLASS_PERF: 'gp3-10k-750',
  SEI_STORAGE_CLASS_DEFAULT: 'gp3',
  SEI_STORAGE_CLASS_ARCHIVE: 'gp3-archive',
  SEI_STORAGE_SIZE_DEFAULT: '2000Gi',
  SEI_STORAGE_SIZE_ARCHIVE: '40Ti',
  SEI_RESOURCE_CPU_DEFAULT: '4',
  SEI_RESOURCE_CPU_ARCHIVE: '48',
  SEI_RESOURCE_MEM_DEFAULT: '32Gi',
  SEI_RESOURCE_MEM_ARCHIVE: '448Gi',
  SEI_SNAPSHOT_BUCKET: 'snapshots',
  SEI_SNAPSHOT_REGION: 'us-east-2',
  SEI_GENESIS_BUCKET: 'genesis',
  SEI_GENESIS_REGION: 'eu-central-1',
  SEI_RESULT_EXPORT_BUCKET: 'results',
  SEI_RESULT_EXPORT_REGION: 'us-east-2',
  SEI_RESULT_EXPORT_PREFIX: 'shadow-results/',
  SEI_SIDECAR_IMAGE: 'ghcr.io/sei-protocol/seictl:v1',
  SEI_KUBE_RBAC_PROXY_IMAGE: 'quay.io/brancz/kube-rbac-proxy:v0.19.1',
  SEI_COSMOS_EXPORTER_IMAGE: 'ghcr.io/sei-protocol/sei-cosmos-exporter:v1',
} as const;

/** These as settings. */
export const settings: Settings = parsed();

/** The names of the manifests that people run. */
export const manifestNames = readdirSync(directory).map(file => file.replace('.yaml', ''));

/** One of them, stored. */
export function manifest(name: string): SeiNode {
  return stored(load(readFileSync(join(directory, `${name}.yaml`), 'utf8')) as SeiNode);
}

/** A full node with these fields in its spec, stored; `fullNode: undefined` makes room for another mode. */
export function node(more: object = {}, name = 'n0'): SeiNode {
  return stored({
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace: 'arctic' },
    spec: { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...more },
  });
}

/** The field that turns TLS on. */
export const tls = { sidecar: { tls: { secretName: 'n0-tls' } } };

/** A validator with every key it can have. */
export const validator = {
  fullNode: undefined,
  validator: {
    signingKey: { secret: { secretName: 'consensus' } },
    nodeKey: { secret: { secretName: 'p2p' } },
    operatorKeyring: {
      secret: { secretName: 'keyring', passphraseSecretRef: { secretName: 'passphrase', key: 'word' } },
    },
  },
};

/** A node as the API server gives it back: with a uid. */
export function stored(object: SeiNode): SeiNode {
  const uid = '5b2f4c8e-0c5a-4a8e-9d3f-1a2b3c4d5e6f';
  return { ...object, metadata: { ...object.metadata, uid } };
}

function parsed(): Settings {
  const result = parseSettings(environment);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
