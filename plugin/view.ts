import { secretInput } from '../core/findings/secrets.ts';
import { objectKey, type Secret } from '../core/kubernetes.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import type { TLSVerdict } from '../core/policy.ts';
import { requiredDNSNames, type SeiNode, tlsSecretName } from '../core/seinode.ts';
import { readTLSSecret, type TLSMaterial, withCause } from '../core/tls-secret.ts';
import type { Certificate } from '../core/x509/certificate.ts';
import { type Exposure, exposuresOf } from './exposure.ts';
import type { Gathered } from './gather.ts';
import type { Fault, Sourced } from './source/fleet.ts';

/** One node as every command sees it. */
export type NodeView = {
  readonly sourced: Sourced<SeiNode>;
  readonly node: SeiNode;
  /** Only where several contexts are shown. */
  readonly context?: string;
  readonly requiredDNSNames: readonly string[];
  /** The node's Secret and what its tls.crt holds; absent where there is none or it cannot be read. */
  readonly secret?: Secret;
  readonly material?: TLSMaterial;
  /** Absent where TLS is off. */
  readonly verdict?: TLSVerdict;
  /** Absent where nobody asked, or the rules could not be asked. */
  readonly exposure?: Exposure;
  /** Only where a watch saw the node go. */
  readonly deleted?: true;
};

/** The nodes of a selection, judged at one moment, and what could not be read or judged on the way. */
export type FleetView = { readonly views: readonly NodeView[]; readonly faults: readonly Fault[] };

type Judgeable = Pick<Gathered, 'fleet' | 'nodes' | 'judge' | 'now'>;

/** Judges the TLS of every selected node. */
export function viewFleet(gathered: Judgeable): FleetView {
  const faults = [...gathered.fleet.faults];
  return { views: [...viewEach(gathered, faults)], faults };
}

/** The same, and which guarded ports of each node are exposed. */
export function viewExposure(gathered: Judgeable, parameters: PolicyParameters): FleetView {
  const faults = [...gathered.fleet.faults];
  return { views: [...viewEachExposure(gathered, parameters, faults)], faults };
}

/** As `viewFleet`, one node after the other: not every certificate of a fleet need be there at once. @param faults grows. */
export function* viewEach(gathered: Judgeable, faults: Fault[]): Generator<NodeView> {
  for (const sourced of gathered.nodes) {
    const { view, fault } = viewNode(sourced, gathered);
    if (fault) faults.push(fault);
    yield view;
  }
}

/** As `viewExposure`, one node after the other. @param faults grows. */
export function* viewEachExposure(
  gathered: Judgeable,
  parameters: PolicyParameters,
  faults: Fault[],
): Generator<NodeView> {
  const judged = exposuresOf(gathered, parameters);
  for (const view of viewEach(gathered, faults)) {
    const { namespace, name } = view.node.metadata;
    const exposure = judged.exposures.get(objectKey(namespace, name));
    yield exposure ? { ...view, exposure } : view;
  }
  faults.push(...judged.faults);
}

function viewNode(
  sourced: Sourced<SeiNode>,
  { fleet, judge, now }: Judgeable,
): { view: NodeView; fault?: Fault } {
  const { object: node, place } = sourced;
  const { name, namespace } = node.metadata;
  const view = { sourced, node, requiredDNSNames: requiredDNSNames(name, namespace) };
  // The condition is absent where TLS is off (contract §2): of ten thousand nodes the rules need not say so.
  if (tlsSecretName(node) === undefined) return { view };
  const input = secretInput(node, fleet);
  const judged = judge.verdict({ now, node, ...input });
  if (!judged.ok) {
    const verdict = { status: 'Unknown', reason: 'Unavailable', message: judged.error } as const;
    return {
      view: { ...view, verdict },
      fault: { ...place, message: `SeiNode ${namespace}/${name}: ${judged.error}` },
    };
  }
  const { secret } = input;
  const material = secret && { secret, material: readTLSSecret(secret) };
  return {
    view: { ...view, ...material, ...(judged.value && { verdict: explained(judged.value, secret) }) },
  };
}

function explained(verdict: TLSVerdict, secret: Secret | undefined): TLSVerdict {
  return { ...verdict, message: withCause(verdict.message, verdict.reason, secret) };
}

/** Whether nothing about a node's TLS is wrong; a node without TLS counts as ready. */
export function isReady({ verdict }: NodeView): boolean {
  return verdict === undefined || verdict.status === 'True';
}

/** The leaf of a node's certificate, where there is one that parses. */
export function leafOf({ material }: NodeView): Certificate | undefined {
  return material?.leaf.ok ? material.leaf.value : undefined;
}

/** The claim that a node's data lives on, and what deleting the node does to it: the finalizer spares an import (contract §4). */
export function volumeOf({ node }: NodeView): { readonly pvc: string; readonly onDelete: string } {
  const imported = node.spec.dataVolume?.import?.pvcName;
  return imported === undefined
    ? { pvc: `data-${node.metadata.name}`, onDelete: 'the volume is deleted with the node' }
    : { pvc: imported, onDelete: 'the volume is kept: it is an import' };
}
