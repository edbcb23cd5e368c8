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
import { type Outline, outline } from './outline.ts';
import { isDenied, rightsRefusal } from './rights.ts';
import { statefulSetRefusals } from './stateful-set-rules.ts';

/** What is said before a toggle begins. Each is one sentence with object, cause and next step. */
export type Preflight = {
  /** The node is as wanted: there is nothing to do, and nothing else is said. */
  readonly already: boolean;
  /** A toggle begins only where there are none. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** What would be done; absent where nothing would. */
  readonly outline?: Outline;
};

/** Everything that can be known before the first write, so that a toggle that begins also ends. */
export function preflight(facts: Facts): Preflight {
  return judged(facts, refusals, warnings);
}

/** As much of it as manifests can tell: of what a cluster alone knows, nothing is asked. */
export function preflightOfManifests(facts: Facts): Preflight {
  return judged(facts, inManifests.refusals, inManifests.warnings);
}

function judged(facts: Facts, refusals: readonly Rule[], warnings: readonly Rule[]): Preflight {
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
    outline: outline(checked),
  };
}

type Rule = (facts: Checked) => readonly string[];

const inManifests: Readonly<Record<'refusals' | 'warnings', readonly Rule[]>> = {
  refusals: [stateRefusals, ({ node }) => keeperRefusals(node), secretRefusals],
  warnings: [validatorWarnings, secretWarnings, ({ node }) => ownerWarnings(node)],
};

const refusals: readonly Rule[] = [
  ...inManifests.refusals,
  claimRefusals,
  statefulSetRefusals,
  bootstrapRefusals,
  dryRunRefusals,
];

const warnings: readonly Rule[] = [...inManifests.warnings, networkWarnings, dryRunWarnings];

const nothing: Preflight = { already: false, refusals: [], warnings: [] };

function withoutNode({ namespace, name, denied, seen }: Facts): string[] {
  return isDenied(denied, 'get', 'seinodes')
    ? rightsRefusal(denied, seen.volume)
    : [
        `SeiNode "${name}" not found in namespace ${namespace}: kubectl seinode list -n ${namespace} shows what there is`,
      ];
}
