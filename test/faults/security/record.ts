import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedIn, usedBy } from './audit.ts';
import { shipped } from './roles.ts';

// By hand, after tests that ran with CONTROL_PLANE_AUDIT=DIRECTORY (docs/operator-rbac.md says which):
// `node test/faults/security/record.ts DIRECTORY` keeps which of the rights that are shipped were used.
const asked = askedIn(process.argv[2]!);
const used = Object.entries(shipped).map(([whose, { user, rights }]) => {
  const all = new Set(usedBy(user, asked));
  return [whose, rights.filter(right => all.has(right))];
});
const file = join(import.meta.dirname, 'used-rights.json');
writeFileSync(file, `${JSON.stringify(Object.fromEntries(used), null, 2)}\n`);
