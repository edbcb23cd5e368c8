import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { requiredDNSNames } from '../../core/seinode.ts';
import { evaluate, testWithOPA } from './opa.ts';

const seed = 20261121;

testWithOPA('the rules and the core require the same DNS names', t => {
  const label = fc.oneof(
    fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
    fc.string({ unit: 'grapheme' }),
  );
  const pairs = fc.sample(fc.tuple(label, label), { seed, numRuns: 300 });
  const directory = mkdtempSync(join(tmpdir(), 'names-'));
  try {
    const file = join(directory, 'data.json');
    writeFileSync(file, JSON.stringify({ pairs }));
    const query = `[names | some [name, namespace] in data.pairs
      names := data.seinode.tls.required_dns_names with input as {"node": {"metadata": {"name": name, "namespace": namespace}}}]`;
    t.deepEqual(
      evaluate(query, '-d', file),
      pairs.map(([name, namespace]) => requiredDNSNames(name, namespace)),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
