import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../../scripts/verify.ts';
import { opaBinary, testWithOPA } from './opa.ts';

testWithOPA('every generated file is what a fresh build makes, and there is no other', t => {
  const root = join(import.meta.dirname, '../..');
  const fresh = generate(opaBinary());
  for (const [file, content] of fresh) {
    t.true(content.equals(readFileSync(join(root, file))), `${file} differs: npm run verify`);
  }
  const manifests = globSync('policies/**/*.yaml', { cwd: root });
  const made = [...fresh.keys()].filter(file => file.startsWith('policies/'));
  t.deepEqual(made.toSorted(), manifests.toSorted());
});
