import { existsSync, globSync, readFileSync } from 'node:fs';
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

test('every file that SECURITY.md names is there', t => {
  const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const named = [...security.matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|json))`|\]\(([\w./-]+)\)/g)].map(
    ([, file, link]) => file ?? link ?? '',
  );
  const built = named.filter(file => file.startsWith('dist/'));
  t.true(named.length > 8);
  t.deepEqual(
    named.filter(file => !built.includes(file) && !existsSync(join(root, file))),
    [],
  );
});
