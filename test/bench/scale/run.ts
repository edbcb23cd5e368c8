import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byControlPlane, byNamespaces, bySize, type Table } from './tables.ts';

// `node test/bench/scale/run.ts`: the tables of docs/scale.md that are simulated, and with `--write` into that page. They say the
// same on every machine.
const all = [1, 2, 4, 8];
const tables: Readonly<Record<string, Table>> = {
  size: bySize([
    [1_000, all],
    [3_000, all],
    [10_000, all],
    [30_000, [1, 8]],
    [100_000, [1, 8]],
  ]),
  'control-plane': byControlPlane(1_000),
  namespaces: byNamespaces(10_000, 8),
};
const page = join(import.meta.dirname, '../../../docs/scale.md');
for (const [name, { head, rows }] of Object.entries(tables)) {
  const lines = [line(head), line(head.map(() => '---'))];
  console.log(`\n${lines.join('\n')}`);
  for (const row of rows) {
    lines.push(line(await row()));
    console.log(lines.at(-1));
  }
  if (!process.argv.includes('--write')) continue;
  const mark = `<!-- ${name} -->\n`;
  const [before, , after] = readFileSync(page, 'utf8').split(mark);
  writeFileSync(page, [before, `${lines.join('\n')}\n`, after].join(mark));
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
