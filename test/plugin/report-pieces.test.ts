import test from 'ava';
import { run } from '../../plugin/cli.ts';
import { nodeYAML } from './source/manifests.ts';

const nodes = Array.from({ length: 200 }, (_, index) => nodeYAML(`n${index}`)).join('---\n');

/** Runs `policy check` over nodes that nobody isolates. @param readers how many pieces are taken before the reader goes. */
async function check(readers = Number.POSITIVE_INFINITY): Promise<{ code: number; pieces: string[] }> {
  const pieces: string[] = [];
  const code = await run(['policy', 'check', '-o', 'json', '-f', '-'], {
    out: async text => pieces.push(text) < readers,
    error: () => {},
    width: 100,
    color: false,
    stdin: async () => new TextEncoder().encode(nodes),
    closed: new AbortController().signal,
  });
  return { code, pieces };
}

test('a long report is written in pieces, and is whole', async t => {
  const { code, pieces } = await check();
  t.is(code, 1);
  t.true(pieces.length > 2, `${pieces.length} pieces`);
  const { summary, findings } = JSON.parse(pieces.join(''));
  t.is(summary.checked, 200);
  t.is(findings.length, summary.findings);
});

test('once nobody reads a report, nothing more of it is made', async t => {
  const { code, pieces } = await check(1);
  t.is(code, 1);
  t.is(pieces.length, 1);
});
