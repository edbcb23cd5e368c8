import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');

/** What stands in backticks and is several words long, as a title is; a title that ends in a blank goes on by table. */
const titles = [...page.matchAll(/`([^`]*)`/g)]
  .map(([, title]) => title ?? '')
  .filter(code => code.split(' ').length > 3);

test('every test that the threat model names is there', t => {
  const tests = globSync('test/**/*.test.ts', { cwd: root })
    .filter(file => !file.endsWith('threat-model.test.ts'))
    .map(file => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  t.true(titles.length > 20);
  t.deepEqual(
    titles.filter(title => !tests.includes(title)),
    [],
  );
});
