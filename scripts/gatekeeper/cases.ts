import { labelCases } from './cases/labels.ts';
import { listenerCases } from './cases/listeners.ts';
import { blockedCases, openCases } from './cases/networks.ts';
import { modeCases, referenceCases } from './cases/nodes.ts';
import type { Case } from './cases/objects.ts';
import { immutableCases, secretCases } from './cases/tls.ts';

const cases: Readonly<Record<string, readonly Case[]>> = {
  'tls-immutable': immutableCases,
  'label-contract': labelCases,
  'listener-split': listenerCases,
  ...openCases,
  'netpol-blocked': blockedCases,
  'node-mode': modeCases,
  'node-references': referenceCases,
  ...secretCases,
};

/** The cases of a rule. @throws for a rule that has none. */
export function casesOf(id: string): readonly Case[] {
  const found = cases[id];
  if (found === undefined) throw new Error(`scripts/gatekeeper/cases.ts has no cases of ${id}`);
  return found;
}
