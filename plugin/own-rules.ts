import type { FindingsJudge } from '../core/findings/judgeable.ts';
import { compare } from '../core/order.ts';
import type { Rule } from '../core/policy.ts';
import { failure, success } from '../core/result.ts';
import { sorted } from '../wasm/judge.ts';
import type { OwnRules } from '../wasm/own-rules.ts';
import type { Finding } from './findings.ts';
import { knownRules } from './rules.ts';

/**
 * The rules of the plugin, and beside them others that are asked the same of each node. Ours answer for themselves: a bundle made
 * of an export has them too, of another day.
 */
export function withOwnRules<T extends FindingsJudge>(judge: T, own: OwnRules): T {
  return {
    ...judge,
    violations: input => {
      const ours = judge.violations(input);
      if (!ours.ok) return ours;
      const theirs = own.violations(input);
      if (!theirs.ok) return failure(`--bundle: ${theirs.error}`);
      return sorted(success([...ours.value, ...theirs.value.filter(({ rule }) => !isOurs(rule))]));
    },
  };
}

/** What reports say of rules that are not ours: as much as their findings tell. */
export function rulesOf(findings: readonly Finding[]): Rule[] {
  const found = findings.filter(({ rule }) => !isOurs(rule));
  const byId = new Map(found.map(finding => [finding.rule, finding]));
  return [...byId.values()]
    .map(({ rule: id, severity, docs, fix, message }) => {
      return { id, title: id, description: message, severity, docs, fix, example: '' };
    })
    .toSorted((a, b) => compare(a.id, b.id));
}

function isOurs(rule: string): boolean {
  return knownRules.some(({ id }) => id === rule);
}
