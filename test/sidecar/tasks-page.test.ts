import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { taskKinds } from '../../sidecar/tasks/tasks.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/sidecar-tasks.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([\w-]+)` \|(.*)\|$/gm)].map(([, type = '', cells = '']) => {
  const [params = '', writes = '', marker = ''] = cells.split('|').map(named);
  return { type, params, writes, marker };
});

test('the page has a row for every task that is served, and for no other', t => {
  t.deepEqual(rows.map(({ type }) => type).toSorted(), Object.keys(taskKinds).toSorted());
});

for (const { type, params, marker } of rows) {
  test(`the row of ${type} names its parameters and the marker it leaves`, t => {
    const { properties = {} } = (taskKinds[type]?.params ?? {}) as { properties?: object };
    t.deepEqual([...params].toSorted(), Object.keys(properties).toSorted());
    const [, left] = /\bmark\(home, '([\w-]+)'\)/.exec(sourceOf(type)) ?? [];
    t.deepEqual([...marker], left === undefined ? [] : [`.sei-sidecar-${left}-done`]);
  });
}

/** What stands in backticks. */
function named(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function sourceOf(type: string): string {
  const file = type === 'snapshot-restore' ? 'snapshots/restore' : `tasks/${type}`;
  return readFileSync(join(root, `sidecar/${file}.ts`), 'utf8');
}
