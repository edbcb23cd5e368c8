import test from 'ava';
import { modes } from '../../../core/seinode.ts';
import { goldenFiles, goldenNodes, readGolden, yamlOf } from './golden.ts';

for (const [file, node] of goldenNodes) {
  test(`what is made of a node is what ${file} says`, t => t.is(yamlOf(node), readGolden(file)));
}

test('there is a golden file for each mode, with and without TLS, and none of no node', t => {
  const files = goldenNodes.map(([file]) => file);
  t.deepEqual(goldenFiles().toSorted(), files.toSorted());
  for (const mode of modes) {
    const ofMode = files.filter(file => file.startsWith(`${mode}-`));
    t.deepEqual([...new Set(ofMode.map(file => file.endsWith('-tls.yaml')))], [false, true], mode);
  }
});
