import test from 'ava';
import { foundAt } from '../../../core/findings/finding.ts';
import { Announcer } from '../../../operator/audit/announcer.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** Nodes, and the Events that are told of them, each with the millisecond. */
function world(count = 1) {
  const clock = new VirtualClock();
  const over = new AbortController();
  const nodes = Array.from({ length: count }, (_, index) =>
    node(fullNode, undefined, { name: `n${index}`, namespace: 'arctic', uid: `u${index}` }),
  );
  const told: string[] = [];
  const announcer = new Announcer({
    node: key => nodes.find(({ metadata }) => `arctic/${metadata.name}` === key),
    record: async ({ metadata }, events) => {
      for (const { type, reason, message } of events) {
        told.push(`${clock.now} ${metadata.name} ${type} ${reason} ${message}`);
      }
    },
    wait: milliseconds => clock.sleep(milliseconds),
    signal: over.signal,
  });
  const judged = (rules: readonly string[], unjudged: readonly string[] = []) =>
    announcer.judged({
      nodes: nodes.flatMap(subject =>
        rules.map(rule => {
          const rest = { details: {}, field: '', fix: '', docs: '' };
          return foundAt({ rule, severity: 'error', message: `${rule} is broken`, ...rest }, subject);
        }),
      ),
      unjudged: unjudged.map(message => ({ message })),
      subjects: nodes,
    });
  return { clock, over, nodes, told, judged, pass: (ms: number) => clock.runUntil(clock.now + ms) };
}

const appeared = (rule: string) => `0 n0 Warning PolicyViolation ${rule}: ${rule} is broken`;
const gone = (rule: string) => `n0 Normal PolicyViolationGone ${rule}: nothing is found any more`;

test('a rule that is broken is told once, and once that it no longer is', async t => {
  const { told, judged, pass } = world();
  judged(['a', 'a', 'b']);
  judged(['a', 'b']);
  await pass(1_000);
  t.deepEqual(told, [appeared('a'), appeared('b')]);
  judged(['a']);
  await pass(1_000);
  t.deepEqual(told.slice(2), [`1000 ${gone('b')}`]);
});

test('where not all was judged nothing is told to be gone', async t => {
  const { told, judged, pass } = world();
  judged(['a']);
  await pass(1_000);
  judged([], ['no permission']);
  await pass(1_000);
  t.deepEqual(told, [appeared('a')]);
  judged([]);
  await pass(1_000);
  t.is(told.length, 2);
});

test('many nodes are told one after the other, ten a second', async t => {
  const { told, judged, pass } = world(30);
  judged(['a']);
  await pass(1_000);
  t.is(told.length, 11);
  await pass(2_000);
  t.is(told.length, 30);
});

test('what changes back before its turn is told by nobody', async t => {
  const { told, judged, pass } = world(30);
  judged(['a']);
  await pass(1_000);
  judged([]);
  await pass(10_000);
  t.is(told.filter(line => line.includes('n29')).length, 0);
  t.is(told.filter(line => line.includes('Gone ')).length, 11);
});

test('a node that has gone is told nothing', async t => {
  const { told, nodes, judged, pass } = world(2);
  judged(['a']);
  nodes.length = 1;
  await pass(1_000);
  t.deepEqual(told, [appeared('a')]);
});

test('a node that is gone is forgotten: back out of a backup, with its UID, it is told again', async t => {
  const { nodes, told, judged, pass } = world();
  judged(['a']);
  await pass(1_000);
  const gone = nodes.splice(0);
  judged(['a']);
  await pass(1_000);
  t.is(told.length, 1);
  nodes.push(...gone);
  judged(['a']);
  await pass(1_000);
  t.is(told.length, 2);
});
