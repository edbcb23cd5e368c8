import type { Rule } from '../core/policy.ts';
import rules from '../wasm/rules.json' with { type: 'json' };

/** Every rule as its METADATA describes it, sorted by id. */
export const knownRules = rules as readonly Rule[];
