import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../../scripts/verify.ts';
import { opaBinary, testWithOPA } from './opa.ts';

testWithOPA('policy.wasm and rules.json are what a fresh build makes', t => {
  const root = join(import.meta.dirname, '../..');
  const fresh = generate(opaBinary());
  t.deepEqual([...fresh.keys()], ['wasm/policy.wasm', 'wasm/rules.json']);
  for (const [file, content] of fresh) {
    t.true(content.equals(readFileSync(join(root, file))), `${file} differs: npm run verify`);
  }
});
