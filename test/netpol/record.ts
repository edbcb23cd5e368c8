import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Case, Reach } from './case.ts';
import { generated } from './generate.ts';
import { askAnalyzer } from './netpol-analyzer.ts';
import { recordFile } from './recorded.ts';

// `node test/netpol/record.ts`: what np-guard's netpol-analyzer, on PATH, makes of generated cases, kept as data.
const recorded: [Case, Reach][] = [];
let refused = 0;
for (const one of generated(1000, 9).map(inIPv4)) {
  try {
    recorded.push([one, askAnalyzer(one)]);
  } catch {
    // A rule for egress that has an ipBlock and a port by name is an error there.
    refused += 1;
  }
}
writeFileSync(recordFile, gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} cases recorded, ${refused} refused by netpol-analyzer`);

/** It reads no IPv6, also not IPv4 written as such. */
function inIPv4(one: Case): Case {
  const policies = JSON.stringify(one.policies)
    .replaceAll('::ffff:203.0.113.0/120', '203.0.113.64/26')
    .replaceAll('2001:db8::/32', '198.51.100.0/24');
  const addresses = (one.addresses ?? []).filter(address => !address.includes(':'));
  return { ...one, policies: JSON.parse(policies), addresses };
}
