import type { Snapshot, SnapshotGeneration } from '../mode-specs.ts';
import { type Mode, modesOf, type SeiNode } from '../seinode.ts';

/** The mode of a valid spec: the one that is set. */
export function modeOf(node: SeiNode): Mode {
  return modesOf(node.spec)[0] ?? 'fullNode';
}

/** The snapshot that a node starts from; an archive always syncs its blocks, and a genesis ceremony begins its chain. */
export function snapshotOf({ spec }: SeiNode): Snapshot | undefined {
  if (spec.validator?.genesisCeremony) return undefined;
  return spec.fullNode?.snapshot ?? spec.validator?.snapshot ?? spec.replayer?.snapshot ?? undefined;
}

/** What a node makes of its own snapshots; only full nodes and archives do. */
export function snapshotGenerationOf({ spec }: SeiNode): SnapshotGeneration | undefined {
  return spec.fullNode?.snapshotGeneration ?? spec.archive?.snapshotGeneration ?? undefined;
}
