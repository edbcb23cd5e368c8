import { claimRefusals } from './claim-rules.ts';
import type { Checked, Facts } from './facts.ts';
import { keeperRefusals, ownerWarnings } from './managers.ts';
import { tlsSettingOf } from './manifest.ts';
import {
  bootstrapRefusals,
  dryRunRefusals,
  dryRunWarnings,
  networkWarnings,
  secretRefusals,
  secretWarnings,
  stateRefusals,
  validatorWarnings,
} from './node-rules.ts';
import { protections } from './protections.ts';
import { isDenied, rightsRefusal } from './rights.ts';
import { statefulSetRefusals } from './stateful-set-rules.ts';

/** What is said before a toggle begins. Each is one sentence with object, cause and next step. */
export type Preflight = {
  /** The node is as wanted: there is nothing to do, and nothing else is said. */
  readonly already: boolean;
  /** A toggle begins only where there are none. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** What would delete the volume, and how each is answered, in the order in which it is done. */
  readonly protections: readonly string[];
};

/** Everything that can be known before the first write, so that a toggle that begins also ends. */
export function preflight(facts: Facts): Preflight {
  const { node } = facts.seen;
  if (node === undefined) return { ...nothing, refusals: withoutNode(facts) };
  if (node.metadata.deletionTimestamp === undefined && tlsSettingOf(node) === facts.to) {
    return { ...nothing, already: true };
  }
  const checked = { ...facts, node };
  return {
    already: false,
    refusals: [...rightsRefusal(facts.denied, facts.seen.volume), ...refusals.flatMap(rule => rule(checked))],
    warnings: warnings.flatMap(rule => rule(checked)),
    protections: protections(checked),
  };
}

type Rule = (facts: Checked) => readonly string[];

const refusals: readonly Rule[] = [
  stateRefusals,
  ({ node }) => keeperRefusals(node),
  secretRefusals,
  claimRefusals,
  statefulSetRefusals,
  bootstrapRefusals,
  dryRunRefusals,
];

const warnings: readonly Rule[] = [
  validatorWarnings,
  secretWarnings,
  networkWarnings,
  dryRunWarnings,
  ({ node }) => ownerWarnings(node),
];

const nothing: Preflight = { already: false, refusals: [], warnings: [], protections: [] };

function withoutNode({ namespace, name, denied, seen }: Facts): string[] {
  return isDenied(denied, 'get', 'seinodes')
    ? rightsRefusal(denied, seen.volume)
    : [
        `SeiNode "${name}" not found in namespace ${namespace}: kubectl seinode list -n ${namespace} shows what there is`,
      ];
}
