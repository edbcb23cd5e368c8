import type { ModeSpecs } from '../mode-specs.ts';
import type { Mode, SeiNode } from '../seinode.ts';

/** Settings by dotted key of sei-config; every value is text. */
export type Overrides = Readonly<Record<string, string>>;

/** The mode of sei-config for each mode of a SeiNode. */
const configModes: Readonly<Record<Mode, string>> = {
  fullNode: 'full',
  archive: 'archive',
  replayer: 'full',
  validator: 'validator',
};

/** The one level that nodes log at; spec.overrides cannot change it. */
export const loggingLevel = { key: 'logging.level', value: 'info' } as const;

/**
 * The parameters of config-apply. Later wins: what the mode needs, what status tells, spec.overrides, the logging
 * level.
 */
export function configIntent(node: SeiNode, mode: Mode): Readonly<Record<string, unknown>> {
  const overrides = {
    ...externalAddress(node.status?.externalAddress),
    ...modeOverrides(node.spec, mode),
    ...node.spec.overrides,
    [loggingLevel.key]: loggingLevel.value,
  };
  return { mode: configModes[mode], incremental: false, targetVersion: 0, overrides };
}

function externalAddress(address: string | undefined): Overrides {
  return address ? { 'network.p2p.external_address': address } : {};
}

function modeOverrides(spec: ModeSpecs, mode: Mode): Overrides {
  if (mode === 'replayer') return replayerOverrides;
  if (mode === 'archive') return snapshotKeeping(spec.archive?.snapshotGeneration?.tendermint?.keepRecent);
  if (mode === 'validator') return {};
  const kept = snapshotKeeping(spec.fullNode?.snapshotGeneration?.tendermint?.keepRecent);
  return Object.keys(kept).length > 0 ? { ...kept, ...snapshotServing } : {};
}

const replayerOverrides: Overrides = {
  'storage.state_commit.async_commit_buffer': '100',
  'storage.state_commit.memiavl.snapshot_keep_recent': '2',
  'storage.state_commit.memiavl.snapshot_min_time_interval': '3600',
};

function snapshotKeeping(keepRecent: number | undefined): Overrides {
  if (keepRecent === undefined) return {};
  return { 'storage.snapshot_interval': '2000', 'storage.snapshot_keep_recent': `${keepRecent}` };
}

/** A full node that makes snapshots prunes harder and serves more peers (sei-config SnapshotGenerationOverrides). */
const snapshotServing: Overrides = {
  'storage.pruning_keep_recent': '50000',
  'storage.pruning_keep_every': '0',
  'chain.min_retain_blocks': '50000',
  'network.p2p.max_connections': '500',
  'network.p2p.send_rate': '20971520',
  'network.p2p.recv_rate': '20971520',
};
