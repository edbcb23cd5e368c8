import type { Secret } from '../core/kubernetes.ts';
import type { TLSVerdict } from '../core/policy.ts';
import { requiredDNSNames, type SeiNode, tlsSecretName } from '../core/seinode.ts';
import { readTLSSecret, type TLSMaterial } from '../core/tls-secret.ts';
import type { Judge } from '../wasm/judge.ts';
import type { Fault, Fleet, Sourced } from './source/fleet.ts';

/** One node as every command sees it. */
export type NodeView = {
  readonly sourced: Sourced<SeiNode>;
  readonly node: SeiNode;
  readonly requiredDNSNames: readonly string[];
  /** What the node's Secret holds; absent where there is none or it cannot be read. */
  readonly material?: TLSMaterial;
  /** Absent where TLS is off. */
  readonly verdict?: TLSVerdict;
};

/** The nodes of a selection, judged at one moment, and what could not be read or judged on the way. */
export type FleetView = { readonly views: readonly NodeView[]; readonly faults: readonly Fault[] };

/**
 * Judges the TLS of every given node.
 *
 * @param now RFC 3339 in UTC.
 */
export function viewFleet(
  nodes: readonly Sourced<SeiNode>[],
  fleet: Fleet,
  judge: Judge,
  now: string,
): FleetView {
  const seen = nodes.map(sourced => viewNode(sourced, fleet, judge, now));
  return {
    views: seen.map(({ view }) => view),
    faults: [...fleet.faults, ...seen.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))],
  };
}

function viewNode(
  sourced: Sourced<SeiNode>,
  fleet: Fleet,
  judge: Judge,
  now: string,
): { view: NodeView; fault?: Fault } {
  const { object: node } = sourced;
  const { name, namespace } = node.metadata;
  const view: NodeView = { sourced, node, requiredDNSNames: requiredDNSNames(name, namespace) };
  const judged = judge.verdict({ now, node, ...secretInput(node, fleet) });
  if (!judged.ok) {
    const verdict: TLSVerdict = { status: 'Unknown', reason: 'Unavailable', message: judged.error };
    return {
      view: { ...view, verdict },
      fault: { ...sourced.place, message: `SeiNode ${namespace}/${name}: ${judged.error}` },
    };
  }
  if (judged.value === undefined) {
    return { view };
  }
  const { secret } = secretInput(node, fleet);
  const material = secret && readTLSSecret(secret);
  const verdict = withCause(judged.value, secret, material);
  return { view: { ...view, verdict, ...(material && { material }) } };
}

/** What the rules are told of a node's Secret. */
export function secretInput(node: SeiNode, fleet: Fleet): { secret?: Secret; unavailable?: string } {
  const secretName = tlsSecretName(node);
  const lookup = secretName === undefined ? undefined : fleet.secret(node.metadata.namespace, secretName);
  switch (lookup?.found) {
    case 'yes':
      return { secret: lookup.secret };
    case 'unreadable':
      return { unavailable: lookup.why };
    default:
      return {};
  }
}

/** The rules can say that a pair does not load; why, only the parser knows. */
function withCause(
  verdict: TLSVerdict,
  secret: Secret | undefined,
  material: TLSMaterial | undefined,
): TLSVerdict {
  const loadable = secret?.type === 'kubernetes.io/tls' && secret.data?.['tls.crt'] && secret.data['tls.key'];
  return verdict.reason === 'Malformed' && loadable && material?.pair.ok === false
    ? { ...verdict, message: `${verdict.message}: ${material.pair.error}` }
    : verdict;
}

/** Whether nothing about a node's TLS is wrong; a node without TLS counts as ready. */
export function isReady({ verdict }: NodeView): boolean {
  return verdict === undefined || verdict.status === 'True';
}
