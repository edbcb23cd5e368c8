import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { validateSeiNode } from '../../core/schema/seinode.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { faultsOf } from './made.ts';

for (const page of ['keys', 'volumes']) {
  test(`the node in docs/spec/${page}.md is one that is served`, t => {
    const text = readFileSync(join(import.meta.dirname, `../../docs/spec/${page}.md`), 'utf8');
    const examples = [...text.matchAll(/^```yaml\n(.+?)^```$/gms)].map(([, yaml]) => load(yaml!) as SeiNode);
    t.true(examples.length > 0);
    for (const node of examples) {
      t.deepEqual(validateSeiNode(node), { faults: [], unknownFields: [] });
      t.deepEqual(faultsOf(node.spec), []);
    }
  });
}
