import type { GenesisCeremony, KeyringSecret, PeerSource, Snapshot } from '../mode-specs.ts';
import { bootstrapJobName } from '../resources/names.ts';
import type { SeiNode } from '../seinode.ts';
import { configIntent } from './config.ts';
import { modeOf, snapshotOf } from './spec.ts';

/** Parameters of a task: what the plan stores is what the published sidecar takes. */
export type TaskParams = Readonly<Record<string, unknown>>;

/** Where the results of blocks go: the operator's SEI_RESULT_EXPORT_*. */
export type ResultStore = { readonly bucket: string; readonly region: string; readonly prefix: string };

/** The parameters of a task of a node; undefined for a task that takes none. */
export function taskParams(node: SeiNode, type: string, results?: ResultStore): TaskParams | undefined {
  const { name, namespace } = node.metadata;
  const validator = node.spec.validator;
  switch (type) {
    case 'ensure-data-pvc':
    case 'apply-rbac-proxy-config':
    case 'apply-service':
    case 'replace-pod':
    case 'observe-image':
      return { nodeName: name, namespace };
    // The image tells later what the plan has rolled out, whatever spec says by then.
    case 'apply-statefulset':
      return { nodeName: name, namespace, image: node.spec.image };
    case 'deploy-bootstrap-service':
      return { serviceName: name, namespace };
    case 'deploy-bootstrap-job':
    case 'await-bootstrap-complete':
      return { jobName: bootstrapJobName(node), namespace };
    case 'teardown-bootstrap':
      return { jobName: bootstrapJobName(node), serviceName: name, namespace };
    case 'validate-signing-key':
      return { secretName: validator?.signingKey?.secret?.secretName ?? '', namespace };
    case 'validate-node-key':
      return { secretName: validator?.nodeKey?.secret?.secretName ?? '', namespace };
    case 'validate-operator-keyring':
      return { ...keyringParams(validator?.operatorKeyring?.secret), namespace };
    case 'generate-identity':
      return { chainId: node.spec.chainId, moniker: name };
    case 'generate-gentx':
      return gentxParams(node.spec.chainId, validator?.genesisCeremony ?? {});
    case 'upload-genesis-artifacts':
      return { nodeName: name };
    case 'snapshot-restore':
      return { targetHeight: snapshotOf(node)?.s3?.targetHeight ?? 0 };
    case 'config-apply':
      return configIntent(node, modeOf(node));
    case 'discover-peers':
      return { sources: peerSources(node) };
    case 'configure-state-sync':
      return stateSyncParams(snapshotOf(node));
    case 'result-export':
      return resultExportParams(node, results);
    default:
      return undefined;
  }
}

/**
 * Where discover-peers looks, in the order of spec.peers. A label stands for every address that status.resolvedPeers
 * holds, and is left out while there is none: the sidecar refuses a source without endpoints.
 */
export function peerSources(node: SeiNode): TaskParams[] {
  return (node.spec.peers ?? []).flatMap(peer => sourceOf(peer, node.status?.resolvedPeers ?? []));
}

function sourceOf(peer: PeerSource, resolved: readonly string[]): TaskParams[] {
  if (peer.ec2Tags) return [{ type: 'ec2Tags', region: peer.ec2Tags.region, tags: peer.ec2Tags.tags }];
  if (peer.static) return [{ type: 'static', addresses: peer.static.addresses }];
  return peer.label && resolved.length > 0 ? [{ type: 'dnsEndpoints', endpoints: resolved }] : [];
}

function gentxParams(chainId: string, ceremony: GenesisCeremony): TaskParams {
  const { stakingAmount, accountBalance, genesisParams } = ceremony;
  return { chainId, stakingAmount, accountBalance, ...(genesisParams && { genesisParams }) };
}

function stateSyncParams(snapshot: Snapshot | undefined): TaskParams | undefined {
  const params = {
    ...(snapshot?.s3 && { useLocalSnapshot: true }),
    ...(snapshot?.trustPeriod && { trustPeriod: snapshot.trustPeriod }),
    ...(snapshot?.backfillBlocks && { backfillBlocks: snapshot.backfillBlocks }),
  };
  return Object.keys(params).length > 0 ? params : undefined;
}

/** The results of a chain are below a prefix of its own, where the reference had them while it submitted this task. */
function resultExportParams({ spec }: SeiNode, results: ResultStore | undefined): TaskParams | undefined {
  const canonicalRpc = spec.replayer?.resultExport?.shadowResult?.canonicalRpc;
  return results && { ...results, prefix: `${results.prefix}${spec.chainId}/`, canonicalRpc };
}

/** The name of the keyring's entry where spec does not say (the CRD's default). */
const defaultKeyName = 'node_admin';

function keyringParams(secret: KeyringSecret | undefined): TaskParams {
  return {
    secretName: secret?.secretName ?? '',
    keyName: secret?.keyName || defaultKeyName,
    passphraseSecretName: secret?.passphraseSecretRef.secretName ?? '',
    passphraseSecretKey: secret?.passphraseSecretRef.key ?? '',
  };
}
