import type { SeiNode } from '../seinode.ts';
import type { Settings } from '../settings.ts';

/** What the operator's settings give to a node of its mode. */
export type ModeSettings = {
  readonly nodepool: string;
  readonly storageClass: string;
  readonly storageSize: string;
  readonly cpu: string;
  readonly memory: string;
};

/**
 * The settings for a node's mode: an archive has pool, storage and resources of its own, every other mode shares them,
 * on the fast storage class. No mode is on SEI_STORAGE_CLASS_DEFAULT.
 */
export function forMode(node: SeiNode, settings: Settings): ModeSettings {
  return node.spec.archive === undefined
    ? {
        nodepool: settings.SEI_NODEPOOL_NAME,
        storageClass: settings.SEI_STORAGE_CLASS_PERF,
        storageSize: settings.SEI_STORAGE_SIZE_DEFAULT,
        cpu: settings.SEI_RESOURCE_CPU_DEFAULT,
        memory: settings.SEI_RESOURCE_MEM_DEFAULT,
      }
    : {
        nodepool: settings.SEI_NODEPOOL_ARCHIVE,
        storageClass: settings.SEI_STORAGE_CLASS_ARCHIVE,
        storageSize: settings.SEI_STORAGE_SIZE_ARCHIVE,
        cpu: settings.SEI_RESOURCE_CPU_ARCHIVE,
        memory: settings.SEI_RESOURCE_MEM_ARCHIVE,
      };
}
