import type { ObjectMeta, OwnerReference } from '../kubernetes.ts';
import type { Manifest, TLSSetting } from './manifest.ts';

/** What a toggle goes through, forward and back alike; it ends `Done` forward and `Aborted` back. */
export const steps = [
  'Prepared',
  'Protected',
  'Deleting',
  'Deleted',
  'Created',
  'Running',
  'Verified',
  'Done',
  'Aborted',
] as const;
export type Step = (typeof steps)[number];

/** Where a toggle goes: to the setting that was asked for, or to the one before. */
export type Direction = 'forward' | 'back';

/**
 * What is known of a toggle before it changes anything, and how far it came (design: cloudnative-pg lost volumes where
 * this was in nobody's memory but the program's). It is kept in a ConfigMap beside the node, so that anybody can go on.
 */
export type Journal = {
  readonly version: 1;
  /** Counts the toggles of one node. */
  readonly number: number;
  readonly node: Required<Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>>;
  readonly from: TLSSetting;
  readonly to: TLSSetting;
  readonly direction: Direction;
  readonly step: Step;
  /** RFC 3339. */
  readonly times: readonly { readonly step: Step; readonly direction: Direction; readonly at: string }[];
  /** `USER@HOST`, of who began it. */
  readonly who: string;
  readonly pluginVersion: string;
  /** Whether it ends with a handshake. */
  readonly verify: boolean;
  readonly claim: {
    readonly name: string;
    readonly uid: string;
    /** What binds the claim's life to the node; absent where nothing did. */
    readonly owner?: OwnerReference;
  };
  readonly volume: { readonly name: string; readonly uid: string; readonly reclaimPolicy: string };
  /** UID. */
  readonly statefulSet?: string;
  /** The node as it is created again, but for its TLS; as it last was before it was deleted. */
  readonly manifest: Manifest;
  /** UID of the node that this toggle deletes, written before it is deleted. */
  readonly deleting?: string;
  /** UID of the node that this toggle has created. */
  readonly created?: string;
};

/** Whether there is nothing more to do. */
export function isEnded({ step }: Pick<Journal, 'step'>): boolean {
  return step === 'Done' || step === 'Aborted';
}

/** The setting that a toggle is on its way to. */
export function wantedTLS({ direction, from, to }: Pick<Journal, 'direction' | 'from' | 'to'>): TLSSetting {
  return direction === 'forward' ? to : from;
}

/** A journal that has come to a step, with what is known by then. @param at RFC 3339. */
export function recorded(journal: Journal, step: Step, at: string, known: Partial<Journal> = {}): Journal {
  const next = { ...journal, ...known, step };
  return { ...next, times: [...journal.times, { step, direction: next.direction, at }] };
}
