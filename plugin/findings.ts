import { objectKey } from '../core/kubernetes.ts';
import { type Severity, severities, type Violation } from '../core/policy.ts';
import type { SeiNode } from '../core/seinode.ts';
import type { Judge } from '../wasm/judge.ts';
import type { Fault, Fleet, Sourced } from './source/fleet.ts';
import { secretInput } from './view.ts';

/** A violation, the object it is about, and where that is written. */
export type Finding = Omit<Violation, 'field'> & {
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  };
  readonly field: string;
  readonly file?: string;
  readonly line?: number;
};

/** What the rules say of nodes, and what they could not be asked. */
export type Judged = { readonly findings: readonly Finding[]; readonly faults: readonly Fault[] };

/**
 * Asks every rule about every given node.
 *
 * @param before the state before an edit; nodes that are not in it are new.
 * @param now RFC 3339 in UTC.
 */
export function findViolations(
  nodes: readonly Sourced<SeiNode>[],
  fleet: Fleet,
  before: Fleet | undefined,
  judge: Judge,
  now: string,
): Judged {
  const former = new Map(before?.nodes.map(({ object }) => [keyOf(object), object]));
  const judged = nodes.map(sourced =>
    judgeNode(sourced, fleet, former.get(keyOf(sourced.object)), judge, now),
  );
  return {
    findings: judged.flatMap(({ findings }) => findings),
    faults: judged.flatMap(({ faults }) => faults),
  };
}

/** Whether a severity is at or above a threshold. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

function judgeNode(
  { object: node, place, lineOf, unknownFields }: Sourced<SeiNode>,
  fleet: Fleet,
  before: SeiNode | undefined,
  judge: Judge,
  now: string,
): Judged {
  const input = { now, node, unknownFields, ...secretInput(node, fleet), ...(before && { before }) };
  const violations = judge.violations(input);
  if (!violations.ok) {
    return { findings: [], faults: [{ ...place, message: `SeiNode ${keyOf(node)}: ${violations.error}` }] };
  }
  const object = {
    apiVersion: node.apiVersion,
    kind: node.kind,
    namespace: node.metadata.namespace,
    name: node.metadata.name,
  };
  const findings = violations.value.map(violation => {
    const line = lineOf(violation.field) ?? place?.line;
    return { ...violation, object, ...(place && { file: place.file }), ...(line && { line }) };
  });
  return { findings, faults: [] };
}

function keyOf({ metadata }: SeiNode): string {
  return objectKey(metadata.namespace, metadata.name);
}
