import { setTimeout as sleep } from 'node:timers/promises';
import anyTest, { type ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { invoke } from '../plugin/terminal.ts';
import { makeUser } from '../toggle/users.ts';
import { sampleOf, survives } from './matrix.ts';
import * as answers from './proxy/answers.ts';
import { type Fault, type FaultChoice, statusOf } from './proxy/faults.ts';
import { startFaultProxy } from './proxy/proxy.ts';
import type { Seen } from './proxy/seen.ts';

/** Two pages, as the plugin asks for them. */
const nodes = 520;
const path = '/apis/sei.io/v1alpha1/namespaces/paged/seinodes';

let kubeconfig: string;
/** Few at once: each has seconds in which to ask. */
const few = pLimit(2);
const { test, controlPlane } = withControlPlane(anyTest, async controlPlane => {
  const { call } = controlPlane;
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'paged' } });
  const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} };
  const names = Array.from({ length: nodes }, (_, at) => `n${at}`);
  await pLimit(16).map(names, name =>
    call('POST', path, { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name }, spec }),
  );
  kubeconfig = await makeUser(controlPlane, 'paged', 'person');
});

const isPage = (at: 1 | 2) => (call: Seen) => call.path === path && call.query.has('continue') === (at === 2);
const [first, second] = [{ of: isPage(1) }, { of: isPage(2) }];
const inASecond = { 'retry-after': '1' };
const through = (by: answers.Through): Fault => ({ through: by });

/** As the API server offers to go on where etcd has forgotten the moment of a list. */
const expired = {
  status: 410,
  body: { ...statusOf(410), metadata: { continue: 'another', remainingItemCount: 20 } },
};

/** What a page meets, and whether the list is whole all the same. */
const rows: readonly (readonly [what: string, fault: Fault, choice: FaultChoice, isWhole: boolean])[] = [
  ['RST before the second page is read', 'reset before', second, true],
  ['RST once the second page was read', 'reset', second, true],
  ['the second page is never answered', 'hold', second, false],
  ['the second page stalls in the middle', through(answers.stalled(4_000)), second, false],
  ['the second page is cut by RST', through(answers.broken(4_000)), second, false],
  ['the second page is torn and ends as if it were whole', through(answers.torn(4_000)), second, false],
  ['the first page is torn and ends as if it were whole', through(answers.torn(90_000)), first, false],
  ['the second page comes at a trickle', through(answers.drip(2_048, 5)), second, true],
  ['the second page comes at a trickle that takes too long', through(answers.drip(1, 500)), second, false],
  ['the second page in chunks that cut letters', through(answers.split(333)), second, true],
  ['429 to the second page, Retry-After in seconds', { status: 429, headers: inASecond }, second, true],
  ['503 to the second page, Retry-After in seconds', { status: 503, headers: inASecond }, second, true],
  [
    '429 to the second page, again and again',
    { status: 429, headers: { 'retry-after': '0' } },
    { ...second, forGood: true },
    false,
  ],
  ['429 to the second page without Retry-After', 429, second, false],
  ['500 to the second page', 500, second, false],
  ['403 to the second page', 403, second, false],
  ['410 to the second page, with a token for a list of another moment', expired, second, true],
  [
    'latency of a second',
    'delay',
    {
      of: () => true,
      get until() {
        return sleep(1_000);
      },
    },
    true,
  ],
];

for (const [what, fault, choice, isWhole] of sampleOf(rows, 9)) {
  const ends = isWhole ? 'all nodes' : 'one sentence and exit 3, no part of the list';
  for (const command of ['list', 'policy check']) {
    test(`${command}, ${what}: ${ends}`, t =>
      few(async () => {
        // What all nodes come of takes its time where the machine has none.
        const limit = isWhole ? '120s' : '10s';
        const outcome = await broken(t, `${command} -o json`, what, fault, choice, limit);
        if (!isWhole) return refused(t, outcome);
        if (command === 'list') t.is(outcome.code, 0);
        t.is(countOf(outcome.out), nodes);
        t.is(outcome.err, '');
      }));
  }
}

for (const [what, fault] of [
  ['torn', through(answers.torn(200))],
  ['never answered', 'hold'],
  ['500', 500],
  ['403', 403],
] as const) {
  test(`inspect, the node ${what}: one sentence and exit 3`, t =>
    few(async () => {
      const choice = { of: ({ path: asked }: Seen) => asked === `${path}/n7` };
      refused(t, await broken(t, 'inspect n7', `a node that is inspected: ${what}`, fault, choice));
    }));
}

/** What is told of one node from collections beside it. */
const beside: readonly (readonly [command: string, plural: string])[] = [
  ['netpol reach n7', 'networkpolicies'],
  ['netpol reach n7', 'pods'],
  ['netpol reach n7', 'namespaces'],
  ['inspect n7', 'networkpolicies'],
  ['tls enable n7 --secret n7-tls --dry-run=server', 'seinodes'],
  ['tls enable n7 --secret n7-tls --dry-run=server', 'pods'],
  ['tls enable n7 --secret n7-tls --dry-run=server', 'networkpolicies'],
];
for (const [command, plural] of sampleOf(beside, 3)) {
  for (const [what, fault] of [
    ['torn', through(answers.torn(20))],
    ['cut by RST', through(answers.broken(20))],
    ['answered 500', 500],
  ] as const) {
    test(`${command}, ${plural} ${what}: it is said that something was not read, with exit 3`, t =>
      few(async () => {
        const choice = { of: ({ path: asked }: Seen) => asked.endsWith(`/${plural}`), forGood: true };
        const { code, out, err } = await broken(
          t,
          command,
          `${plural} beside a node, ${what}`,
          fault,
          choice,
          '120s',
        );
        t.is(code, 3, out + err);
        t.regex(
          out + err,
          /the API server https:\/\/\S+ \(cluster "control-plane"\) (?:answers 500|sends|cannot be reached)|cannot be read:/,
        );
        t.notRegex(out + err, /\n {4}at |node:internal/);
        // That nobody but these is kept out would be told of policies that were read.
        t.notRegex(out, /isolated by|^ +allowed/m);
      }));
  }
}

/** What the plugin says where one of its readings meets a fault. @param limit of what is never answered, or too slowly. */
function broken(
  t: ExecutionContext,
  command: string,
  what: string,
  fault: Fault,
  choice: FaultChoice,
  limit = '10s',
) {
  return survives({ who: 'plugin', fault: `API: ${what}` }, async () => {
    const proxy = await startFaultProxy({ kubeconfig, directory: controlPlane().directory });
    t.teardown(proxy.close);
    const met = proxy.fault(fault, choice);
    const flags = `-n paged --kubeconfig ${proxy.kubeconfig} --request-timeout ${limit}`;
    const outcome = await invoke(`${command} ${flags}`);
    await met;
    return outcome;
  });
}

function countOf(out: string): number {
  const { items, summary } = JSON.parse(out);
  return items?.length ?? summary.checked;
}

function refused(t: ExecutionContext, { code, out, err }: Awaited<ReturnType<typeof invoke>>): void {
  t.is(code, 3, err);
  t.is(out, '');
  t.regex(err, /^(?:error: [^\n]{1,900}\n)+$/);
  t.notRegex(err, /\n {4}at |node:internal/);
}
