import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { directory, nodeYAML } from '../source/manifests.ts';
import { invoke } from '../terminal.ts';
import { firstRun, placeOf } from './sarif-run.ts';

const located = test.macro({
  exec(t, file: string, uri: string) {
    const { artifactLocation, region } = placeOf({ file, line: 7 }) ?? {};
    t.is(artifactLocation?.uri, uri);
    t.deepEqual(region, { startLine: 7 });
    t.is(artifactLocation?.uriBaseId, uri.startsWith('file:') || file === '-' ? undefined : '%SRCROOT%');
  },
  title: (_, file, uri) => `${JSON.stringify(file)} is ${uri}`,
});

test(located, 'fleet.yaml', 'fleet.yaml');
test(located, './a//b/../fleet.yaml', 'a/fleet.yaml');
test(located, '/repo/a/fleet.yaml', 'a/fleet.yaml');
test(located, '..fleet.yaml', '..fleet.yaml');
test(located, 'a b/50%/#1?é日.yaml', 'a%20b/50%25/%231%3F%C3%A9%E6%97%A5.yaml');
test(located, 'a:b/c\\d\n.yaml', 'a%3Ab/c%5Cd%0A.yaml');
test(located, '\ud800.yaml', '%EF%BF%BD.yaml');
test(located, '../other/fleet.yaml', 'file:///other/fleet.yaml');
test(located, '/repository/a b.yaml', 'file:///repository/a%20b.yaml');
test(located, '-', 'stdin');

test('a URI leads back to the file, whatever its name', async t => {
  const dir = directory(t);
  const file = join(dir, 'a b', '%41:é#?.yaml');
  mkdirSync(join(dir, 'a b'));
  writeFileSync(file, nodeYAML('n0', '  nope: 1\n'));
  const { results } = firstRun((await invoke(['policy', 'check', '-f', file, '-o', 'sarif'])).out);
  const { uri = '' } = results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation ?? {};
  t.is(fileURLToPath(uri), file);
  t.true(existsSync(new URL(uri)));
});

test('an object of a cluster is at a relative place that says which, for GitHub takes no result without one', t => {
  t.deepEqual(placeOf({}), {
    artifactLocation: {
      uri: 'cluster/arctic/SeiNode/n0',
      description: { text: 'SeiNode arctic/n0 of the cluster' },
    },
  });
});
