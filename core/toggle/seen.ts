import type { ObjectMeta } from '../kubernetes.ts';
import type { Owned } from '../ownership.ts';
import type { Claim, Volume } from '../plan/imported-claim.ts';
import type { SeiNode } from '../seinode.ts';

/** A PersistentVolume (Kubernetes API, core/v1): what is read of it. */
export type PersistentVolume = Volume & {
  readonly metadata: Pick<ObjectMeta, 'name' | 'uid' | 'resourceVersion'>;
  readonly spec?: {
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly uid?: string };
  };
};

/** A Pod of the node (Kubernetes API, core/v1): what is read of it. */
export type Pod = Owned & {
  readonly spec?: { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number };
  readonly status?: { readonly phase?: string };
};

/** A StatefulSet of the node (Kubernetes API, apps/v1): what is read of it. */
export type StatefulSet = Owned & {
  readonly spec?: {
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string };
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  };
};

/** What the cluster shows of a node; undefined is what it has not. */
export type Seen = {
  readonly node: SeiNode | undefined;
  /** The claim that the journal names, and the volume that it names. */
  readonly claim: Claim | undefined;
  readonly volume: PersistentVolume | undefined;
  readonly statefulSet: StatefulSet | undefined;
  /** Those with the node's label. */
  readonly pods: readonly Pod[];
  /** Whether the node, as it is, was verified. */
  readonly verified: boolean;
};
