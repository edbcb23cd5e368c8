import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedIn, usedBy } from './audit.ts';
import { shipped } from './roles.ts';

// By hand, after tests that ran with CONTROL_PLANE_AUDIT=DIRECTORY (docs/operator-rbac.md says which):
// `node test/faults/security/record.ts DIRECTORY` adds which of the rights that are shipped they used to those that others
// did. One that is shipped no more is taken away.
const asked = askedIn(process.argv[2]!);
const file = join(import.meta.dirname, 'used-rights.json');
const before: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(file, 'utf8'));
const used = Object.entries(shipped).map(([whose, { user, rights }]) => {
  const all = new Set([...usedBy(user, asked), ...(before[whose] ?? [])]);
  return [whose, rights.filter(right => all.has(right))];
});
writeFileSync(file, `${JSON.stringify(Object.fromEntries(used), null, 2)}\n`);
