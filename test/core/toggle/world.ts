import type { OwnerReference } from '../../../core/kubernetes.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { decide } from '../../../core/toggle/decide.ts';
import type { Decision } from '../../../core/toggle/decision.ts';
import { type Journal, recorded } from '../../../core/toggle/journal.ts';
import { keptAnnotation, type Manifest, tlsSettingOf } from '../../../core/toggle/manifest.ts';
import type { Seen } from '../../../core/toggle/seen.ts';
import { at, claim, journal, running, seen, volume } from './cases.ts';

/** What may happen beside the toggle. */
export const happenings = [
  'toggle',
  'toggle',
  'toggle',
  'toggle by an old look',
  'toggle, its answer lost',
  'toggle, its write is under way',
  'a write comes late',
  'finalizer',
  'garbage collection',
  'StatefulSet',
  'pod',
  'node',
  'edit',
  'abort',
] as const;
export type Happening = (typeof happenings)[number];

const finalizer = 'sei.io/seinode-finalizer';
/** Of what the plugin has created. */
const asCreated = {
  generation: 1,
  managedFields: [{ manager: 'kubectl-seinode', fieldsV1: { 'f:spec': { 'f:chainId': {} } } }],
};

/**
 * A cluster in small, as the reference controller and the controllers of Kubernetes treat a node's objects: the
 * finalizer deletes the claim of a node that imports none, garbage collection what belongs to a node that is gone, and a
 * volume that is not Retain goes with its claim. A write under an old resourceVersion is refused.
 */
export class World {
  journal: Journal = journal({ verify: false });
  #node: SeiNode | undefined = running({ metadata: { finalizers: [finalizer] } });
  #claim: Seen['claim'] = claim();
  #volume: Seen['volume'] = volume('Delete');
  #statefulSet: Seen['statefulSet'] = seen().statefulSet;
  #pod: Seen['pods'][number] | undefined = seen().pods[0];
  #version = 1;
  #born = 0;
  #old: { readonly journal: Journal; readonly seen: Seen };
  /** What was sent by who is killed, and has not come to the API server yet. */
  #late: readonly (readonly [Decision, Seen])[] = [];
  /** A protection that comes as all is over stays: nothing is lost by it. */
  #keptByLateWrite = false;
  /** What should never come about. */
  readonly faults: string[] = [];
  readonly told: string[] = [];

  constructor() {
    this.#old = { journal: this.journal, seen: this.seen };
  }

  get seen(): Seen {
    return {
      node: this.#node,
      claim: this.#claim,
      volume: this.#volume,
      statefulSet: this.#statefulSet,
      pods: this.#pod ? [this.#pod] : [],
      verified: false,
    };
  }

  happen(happening: Happening): void {
    this.told.push(happening);
    switch (happening) {
      case 'toggle':
      case 'toggle, its answer lost':
        this.#old = { journal: this.journal, seen: this.seen };
        this.#toggle(this.#old, happening !== 'toggle');
        return;
      case 'toggle by an old look':
        // Of a process that slept, or whose toggle another has taken over.
        this.#toggle(this.#old, false);
        return;
      case 'toggle, its write is under way':
        this.#late = [...this.#late, [decide(this.journal, this.seen), this.seen]];
        return;
      case 'a write comes late': {
        const [[decision, seen] = [], ...others] = this.#late;
        this.#late = others;
        if (decision && seen && decision.kind !== 'record') this.#actLate(decision, seen);
        return;
      }
      case 'finalizer':
        this.#finalize();
        return;
      case 'garbage collection':
        this.#collect();
        return;
      case 'StatefulSet':
        this.#reconcile();
        return;
      case 'pod':
        if (this.#pod?.metadata.deletionTimestamp) this.#pod = undefined;
        return;
      case 'node':
        if (this.#node && this.#pod && !this.#pod.metadata.deletionTimestamp) this.#setPhase('Running');
        return;
      case 'edit':
        if (this.#node) {
          const metadata = { ...this.#node.metadata, generation: 2 };
          this.#write({
            ...this.#node,
            metadata,
            spec: { ...this.#node.spec, image: `sei:v${this.#version}` },
          });
        }
        return;
      case 'abort':
        if (this.journal.step !== 'Done') this.journal = { ...this.journal, direction: 'back' };
        return;
    }
  }

  #toggle({ journal, seen }: { journal: Journal; seen: Seen }, isLost: boolean): void {
    const decision = decide(journal, seen);
    this.told.push(`  ${decision.kind} ${'why' in decision ? decision.why : ''}`);
    if (decision.kind === 'stop' && journal === this.journal && seen.node === this.#node)
      this.faults.push(decision.why);
    // The writes of a lost answer are done, but the journal does not hear of it.
    const isRefused = decision.kind === 'record' && journal !== this.journal;
    if (!isRefused && !(isLost && decision.kind === 'record')) this.#act(decision, seen);
  }

  #actLate(decision: Decision, seen: Seen): void {
    this.#act(decision, seen);
    this.#keptByLateWrite ||= decision.kind === 'set reclaim policy' && decision.policy === 'Retain';
  }

  #act(decision: Decision, seen: Seen): void {
    const owners = (ownerReferences: readonly OwnerReference[]) => {
      if (this.#claim && isSame(seen.claim, this.#claim))
        this.#claim = this.#changed(this.#claim, { ownerReferences });
    };
    const old = seen.claim?.metadata.ownerReferences ?? [];
    switch (decision.kind) {
      case 'set reclaim policy':
        if (this.#volume && isSame(seen.volume, this.#volume)) {
          const spec = { ...this.#volume.spec, persistentVolumeReclaimPolicy: decision.policy };
          this.#volume = { ...this.#changed(this.#volume, {}), spec };
        }
        return;
      case 'take ownerReference away':
        owners(old.filter(({ uid }) => uid !== decision.owner.uid));
        return;
      case 'put ownerReference back':
        owners([...old, decision.owner]);
        return;
      case 'set import':
        if (this.#node && isSame(decision.node, this.#node)) {
          this.#write({
            ...this.#node,
            spec: { ...this.#node.spec, dataVolume: { import: { pvcName: 'data-n0' } } },
          });
        }
        return;
      case 'delete node':
        if (this.#node && isSame(decision.node, this.#node)) {
          this.#write({ ...this.#node, metadata: { ...this.#node.metadata, deletionTimestamp: at } });
        }
        return;
      case 'keep node':
        if (this.#node && isSame(decision.node, this.#node)) {
          const annotations = { ...this.#node.metadata.annotations, [keptAnnotation]: decision.mark };
          this.#write({ ...this.#node, metadata: { ...this.#node.metadata, annotations } });
        }
        return;
      case 'create node':
        this.#create(decision.manifest);
        return;
      case 'record':
        this.journal = recorded(this.journal, decision.step, at, decision.known);
    }
  }

  #create(manifest: Manifest): void {
    if (this.#node !== undefined) return;
    if (this.#pod || this.#statefulSet) this.faults.push('a node is created beside a pod of the one before');
    this.#born += 1;
    // As an API server does that has defaults.
    const spec = manifest.spec.sidecar
      ? { ...manifest.spec, sidecar: { port: 7777, ...manifest.spec.sidecar } }
      : manifest.spec;
    this.#write({
      ...manifest,
      spec,
      metadata: { ...manifest.metadata, uid: `n${this.#born}`, finalizers: [finalizer], ...asCreated },
      status: { phase: 'Pending' },
    });
  }

  /** The reference deletes the claim of a node that imports none, then lets the node go; all else is collected. */
  #finalize(): void {
    const node = this.#node;
    if (node?.metadata.deletionTimestamp === undefined) return;
    if (node.spec.dataVolume?.import === undefined) this.#deleteClaim('the finalizer');
    this.#node = undefined;
  }

  #collect(): void {
    const isGone = ({ uid }: OwnerReference) => uid !== this.#node?.metadata.uid;
    if (this.#claim?.metadata.ownerReferences?.some(isGone)) this.#deleteClaim('garbage collection');
    if (this.#node === undefined) this.#statefulSet = undefined;
  }

  #deleteClaim(by: string): void {
    if (this.#claim === undefined) return;
    this.faults.push(
      `${by} deletes the claim; the volume is ${this.#volume?.spec?.persistentVolumeReclaimPolicy}`,
    );
    this.#claim = undefined;
  }

  #reconcile(): void {
    const node = this.#node;
    if (this.#statefulSet === undefined && this.#pod) {
      this.#pod = { ...this.#pod, metadata: { ...this.#pod.metadata, deletionTimestamp: at } };
    }
    if (node === undefined || node.metadata.deletionTimestamp) return;
    if (this.#statefulSet === undefined && this.#pod === undefined) {
      const metadata = { name: 'n0', namespace: 'arctic', uid: `s${this.#version}` };
      this.#statefulSet = { metadata };
      this.#pod = { metadata: { ...metadata, name: 'n0-0' } };
    }
  }

  #setPhase(phase: 'Running'): void {
    if (this.#node?.status?.phase === 'Pending') this.#write({ ...this.#node, status: { phase } });
  }

  #write(node: SeiNode): void {
    this.#node = this.#changed(node, {});
  }

  #changed<T extends { readonly metadata: object }>(object: T, metadata: object): T {
    this.#version += 1;
    return {
      ...object,
      metadata: { ...object.metadata, ...metadata, resourceVersion: String(this.#version) },
    };
  }

  /** What is left to be wrong once it has ended. */
  endFaults(): string[] {
    const { step } = this.journal;
    const isBack = step === 'Aborted';
    return [
      ...(step === 'Done' || isBack ? [] : [`it has not ended: ${step}`]),
      ...(this.#node && tlsSettingOf(this.#node) === (isBack ? null : 'n0-tls')
        ? []
        : ['the setting is not as wanted']),
      ...(this.#node?.status?.phase === 'Running' ? [] : ['the node is not Running']),
      ...(this.#volume?.spec?.persistentVolumeReclaimPolicy === 'Delete' || this.#keptByLateWrite
        ? []
        : ['the volume is not what it was']),
    ];
  }
}

type Versioned = { readonly metadata: { readonly uid?: string; readonly resourceVersion?: string } };

function isSame(one: Versioned | undefined, other: Versioned): boolean {
  return (
    one?.metadata.uid === other.metadata.uid &&
    one?.metadata.resourceVersion === other.metadata.resourceVersion
  );
}
