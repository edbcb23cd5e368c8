import type { OwnerReference } from '../kubernetes.ts';
import type { SeiNode } from '../seinode.ts';
import type { Journal, Step } from './journal.ts';
import type { Manifest } from './manifest.ts';

/** The one thing to do now. Each may be done again: where it was done already, the cluster shows it and it is not asked for. */
export type Decision =
  /** The volume's reclaim policy: Retain for as long as it takes, then what it was. */
  | { readonly kind: 'set reclaim policy'; readonly policy: string }
  /** spec.dataVolume.import on the live node: its finalizer leaves such a claim alone. */
  | { readonly kind: 'set import'; readonly node: SeiNode }
  /** Garbage collection deletes what belongs to a node that is gone. */
  | { readonly kind: 'take ownerReference away'; readonly owner: OwnerReference }
  | { readonly kind: 'put ownerReference back'; readonly owner: OwnerReference }
  | { readonly kind: 'record'; readonly step: Step; readonly known: Partial<Journal> }
  | { readonly kind: 'delete node'; readonly node: SeiNode }
  /** Its resourceVersion becomes another, which a delete that is under way does not name. */
  | { readonly kind: 'keep node'; readonly node: SeiNode; readonly mark: string }
  | { readonly kind: 'create node'; readonly manifest: Manifest }
  | { readonly kind: 'verify'; readonly node: SeiNode }
  /** `until`: what is to be watched. */
  | { readonly kind: 'wait'; readonly until: Awaited; readonly why: string }
  /** It does not go on by itself; nothing is undone. */
  | { readonly kind: 'stop'; readonly why: string }
  | { readonly kind: 'ended' };

/** `no plan`, `gone`, `Running`: of the node; `no pod`: its pod and StatefulSet too. */
export type Awaited = 'no plan' | 'gone' | 'no pod' | 'Running';

/** The journal comes to a step. @param known what is different in it from then on. */
export function record(step: Step, known: Partial<Journal>): Decision {
  return { kind: 'record', step, known };
}

/** @param why one clause, without a dot. */
export function wait(until: Awaited, why: string): Decision {
  return { kind: 'wait', until, why };
}

/** @param why one sentence without its dot, with what a person does next. */
export function stop(why: string): Decision {
  return { kind: 'stop', why };
}
