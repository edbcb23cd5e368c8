import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';

const root = join(import.meta.dirname, '../..');
/** Of any shape, as JSON.parse has it. */
const read = (file: string): ReturnType<typeof JSON.parse> => load(readFileSync(join(root, file), 'utf8'));
const { jobs } = read('.github/workflows/release.yaml');

test('every archive is started on a system of its kind before anything is published', t => {
  const { platforms } = read('krew-manifest.yaml').spec;
  const tried = jobs.try.strategy.matrix.include.map(({ archive }: { archive: string }) => archive);
  t.deepEqual(
    tried,
    platforms.map(({ selector }: { selector: { matchLabels: { os: string; arch: string } } }) =>
      [selector.matchLabels.os, selector.matchLabels.arch].join('-'),
    ),
  );
  t.deepEqual([jobs.try.needs, jobs.publish.needs], ['make', 'try']);
});

test('what is published has passed every test, and no other job may write', t => {
  const steps = jobs.make.steps.map(({ run }: { run?: string }) => run);
  t.true(steps.includes('.ci/run') && steps.indexOf('.ci/run') < steps.indexOf('npm run release'));
  t.deepEqual(read('.github/workflows/release.yaml').permissions, { contents: 'read' });
  t.deepEqual(
    Object.keys(jobs).filter(name => jobs[name].permissions !== undefined),
    ['publish'],
  );
});
