import test from 'ava';
import { type Line, type Machine, markdownOf, reportOf } from './report.ts';

const machine: Machine = {
  date: '2026-05-01',
  cpu: 'a processor',
  cores: 2,
  node: 'v24.0.0',
  kubernetes: 'Kubernetes v1.36.3',
  load: 0.5,
};
const row = { what: 'a start', ours: '2 ms', peer: '1 ms', figure: 2, target: 1.5 };
const linesOf = (measured: Readonly<Record<string, readonly (typeof row)[]>>, former: readonly Line[]) =>
  reportOf(machine, ['start', 'list'], new Map(Object.entries(measured)), former).lines;

test('what a run measured is in its report, and of each run of a row nothing', t => {
  const runs = { ours: [2], peer: [1] };
  t.deepEqual(linesOf({ start: [{ ...row, runs } as typeof row] }, [])[0], { part: 'start', ...row });
});

for (const [what, measured] of [
  ['was not run', {}],
  ['had no peer', { list: [] }],
] as const) {
  test(`of a part that ${what} the rows stay by name, without the figures of another run`, t => {
    t.deepEqual(linesOf(measured, [{ part: 'list', ...row }])[1], {
      part: 'list',
      what: 'a start',
      target: 1.5,
    });
  });
}

test('a part that was never run is named', t => {
  t.deepEqual(linesOf({ start: [row] }, [])[1], { part: 'list', what: 'all of it' });
});

test('a row that a part measures no more is gone', t => {
  const former = [{ part: 'start', ...row, what: 'a former start' }];
  t.deepEqual(
    linesOf({ start: [row] }, former).map(({ what }) => what),
    ['a start', 'all of it'],
  );
});

test('the table names the machine, what is not met and what is not measured', t => {
  const measured = new Map([['start', [row, { ...row, what: 'another', figure: 1 }]]]);
  t.deepEqual(markdownOf(reportOf(machine, ['start', 'list'], measured, [])).split('\n'), [
    '2026-05-01: 2 × a processor, Node v24.0.0, Kubernetes v1.36.3, load average 0.50 as the run began.',
    '',
    '| part | what | ours | peer | figure | target |',
    '|---|---|---|---|---:|---:|',
    '| start | a start | 2 ms | 1 ms | 2.000 | ≤ 1.5, **not met** |',
    '| start | another | 2 ms | 1 ms | 1.000 | ≤ 1.5 |',
    '| list | all of it | not measured |  |  |  |',
  ]);
});
