import test from 'ava';
import { reportTo } from './report.ts';

const { signal } = new AbortController();

test('a check is one line: whether it passed, how long it took, what was seen', async t => {
  const lines: string[] = [];
  const { check, counts } = reportTo(line => lines.push(line), signal);
  t.true(await check('it answers', async () => '200'));
  t.false(await check('it is closed', () => Promise.reject(new Error('it answers:\n  200\n'))));
  t.true(await check('it ends', async () => undefined));
  t.deepEqual(
    lines.map(line => line.replace(/[\d.]+ s/, 'N s')),
    [
      'ok        N s  it answers: 200',
      'not ok    N s  it is closed: it answers: 200',
      'ok        N s  it ends',
    ],
  );
  t.deepEqual(counts, { passed: 2, failed: 1 });
});

test('nothing is told of a check that was interrupted', async t => {
  const lines: string[] = [];
  const interruption = new AbortController();
  const { check, counts } = reportTo(line => lines.push(line), interruption.signal);
  const failing = check('it waits', async () => {
    interruption.abort();
    throw new Error('kubectl was ended');
  });
  await t.throwsAsync(failing, { name: 'AbortError' });
  t.deepEqual(lines, []);
  t.deepEqual(counts, { passed: 0, failed: 0 });
});
