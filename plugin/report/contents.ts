import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import { compare } from '../../core/order.ts';
import { severities } from '../../core/policy.ts';
import { type Finding, findOrphanViolations, findViolations } from '../findings.ts';
import type { Gathered } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { orphansOf } from '../orphans.ts';
import type { Fault, Sourced } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeView, viewEachExposure } from '../view.ts';
import { type NamespaceReach, reachByNamespace } from './reach-by-namespace.ts';

/** All that a report says. */
export type Contents = {
  /** RFC 3339 */
  readonly now: string;
  /** What was read, in words: files or a cluster, and what selects of it. */
  readonly scope: readonly (readonly [string, string])[];
  readonly views: readonly NodeView[];
  /** Pods and StatefulSets without their node. */
  readonly orphans: readonly Sourced<KubernetesObject>[];
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly reach: readonly NamespaceReach[];
  /** What could not be read or judged: while there is any, the report is not whole. */
  readonly faults: readonly Fault[];
};

/** Judges all that a report says, by what the other commands judge it by. @param parameters who may connect. */
export async function contentsOf(
  gathered: Gathered,
  options: CommonOptions<string>,
  parameters: PolicyParameters,
  terminal: Terminal,
): Promise<Contents> {
  const faults = [...gathered.fleet.faults];
  const views = [...viewEachExposure(gathered, parameters, faults)];
  const orphans = orphansOf(gathered, gathered.fleet.nodes, options);
  const judged = [findViolations(gathered, parameters), findOrphanViolations(gathered, orphans, parameters)];
  const reach = await reachByNamespace(gathered, options, parameters, { ...terminal, color: false });
  faults.push(...judged.flatMap(({ faults }) => faults), ...reach.faults);
  return {
    now: gathered.now,
    scope: scopeOf(gathered, options),
    views,
    orphans,
    findings: judged.flatMap(({ findings }) => findings).toSorted(bySeverity),
    reach: reach.namespaces,
    faults: onceEach(faults),
  };
}

function bySeverity(a: Finding, b: Finding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity) || compare(a.rule, b.rule);
}

/** Several judges meet the same fault. */
function onceEach(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map(fault => [JSON.stringify(fault), fault])).values()];
}

function scopeOf(
  { namespace, client }: Gathered,
  { filename, selector, fieldSelector }: CommonOptions<string>,
): [string, string][] {
  const source: [string, string] =
    client === undefined
      ? ['Files', (filename ?? []).join(', ')]
      : ['Cluster', [client.context, client.server].filter(Boolean).join(', ')];
  return [
    source,
    ['Namespace', namespace ?? 'all'],
    ...(selector ? [['Labels', selector] as [string, string]] : []),
    ...(fieldSelector ? [['Fields', fieldSelector] as [string, string]] : []),
  ];
}
