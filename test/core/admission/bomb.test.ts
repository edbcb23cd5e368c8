import test from 'ava';
import type { NetworkPolicy } from '../../../core/network/network-policy.ts';
import { policy } from '../../netpol/case.ts';
import { ask, outcome, template, world } from './world.ts';

/** A policy of so many peers with so many requirements each, of so many values. */
function bomb(peers: number, requirements: number, values = 2, offset = 0): NetworkPolicy {
  const expressions = (at: number) =>
    Array.from({ length: requirements }, (_, key) => ({
      key: `k${key}`,
      operator: key % 2 === 0 ? ('NotIn' as const) : ('In' as const),
      values: Array.from({ length: values }, (_, value) => `v${at + value}`),
    }));
  const from = Array.from({ length: peers }, (_, at) => ({
    podSelector: { matchExpressions: expressions(at + offset) },
    namespaceSelector: { matchExpressions: [{ key: `n${at % 7}`, operator: 'Exists' as const }] },
  }));
  return policy('arctic', 'bomb', {
    podSelector: {},
    ingress: [{ from, ports: [{ port: 8443 }, { port: 7777 }] }],
  });
}

/** CPU that a request may take here; the API server waits three seconds. */
const mostMilliseconds = 1500;

for (const [peers, requirements, values, expected] of [
  [1000, 1, 1, /^denied the NetworkPolicy is too large to be judged: 1000 different peers ask \d+ things/],
  [2, 900, 1, /^denied the NetworkPolicy is too large to be judged: 2 different peers/],
  [1, 10, 5000, /^denied the NetworkPolicy is too large to be judged/],
  [60, 2, 2, /^denied netpol-tasks-port/],
  [25, 8, 2, /^denied netpol-tasks-port/],
  [7, 30, 2, /^denied netpol-tasks-port/],
  [6, 3, 100, /^denied netpol-tasks-port/],
] as const) {
  test(`${peers} peers of ${requirements} requirements of ${values} values are answered in time`, t => {
    const before = process.cpuUsage();
    const answers = [
      ask({ after: bomb(peers, requirements, values) }),
      ask(
        { before: bomb(peers, requirements, values, 5000), after: bomb(peers, requirements, values) },
        world({ policies: [template, bomb(peers, requirements, values, 5000)] }),
      ),
    ];
    const { user, system } = process.cpuUsage(before);
    for (const answer of answers) t.regex(outcome(answer), expected);
    t.true((user + system) / 1000 < mostMilliseconds * answers.length, `${(user + system) / 1000} ms`);
    t.log(`${Math.round((user + system) / 1000)} ms`);
  });
}

/** A policy of so many blocks of addresses, with so many exceptions each. */
function blocks(count: number, exceptions: number, ports: readonly number[], offset = 0): NetworkPolicy {
  const from = Array.from({ length: count }, (_, at) => ({
    ipBlock: {
      cidr: count === 1 ? '10.0.0.0/8' : `10.${at}.0.0/16`,
      except: Array.from(
        { length: exceptions },
        (_, one) => `10.${count === 1 ? one % 256 : at}.${(one + offset) % 256}.0/24`,
      ),
    },
  }));
  const rule = { from, ports: ports.map(port => ({ port })) };
  return policy('arctic', 'blocks', { podSelector: {}, policyTypes: ['Ingress'], ingress: [rule] });
}

for (const [count, exceptions, ports, expected] of [
  [1, 50, [8443, 7777], /^denied netpol-tasks-port/],
  [1, 290, [8443, 7777], /^denied netpol-tasks-port/],
  [140, 1, [8443, 7777], /^denied netpol-tasks-port/],
  [140, 1, [26656], /^allowed$/],
] as const) {
  test(`${count} blocks with ${exceptions} exceptions at ${ports.join(' and ')} are answered in time`, t => {
    const [before, after] = [blocks(count, exceptions, ports, 7), blocks(count, exceptions, ports)];
    const begun = process.cpuUsage();
    const answers = [
      ask({ before, after }, world({ policies: [template, before] })),
      ask({ before, after }, world({ policies: [before] })),
    ];
    const { user, system } = process.cpuUsage(begun);
    for (const answer of answers) t.regex(outcome(answer), expected);
    t.true((user + system) / 1000 < mostMilliseconds * answers.length, `${(user + system) / 1000} ms`);
    t.log(`${Math.round((user + system) / 1000)} ms`);
  });
}

test('a bomb that is there may be deleted, and lets nothing else in beside it', t => {
  const there = bomb(3000, 1, 1);
  const around = world({ policies: [template, there] });
  t.regex(outcome(ask({ before: there }, around)), /^warned not judged/);
  const other = policy('arctic', 'other', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] });
  t.regex(outcome(ask({ after: other }, around)), /^denied the NetworkPolicy cannot be judged/);
});

/** 2.9 MB of peers, each another. */
const huge = policy('arctic', 'huge', {
  podSelector: {},
  ingress: [
    { from: Array.from({ length: 77_000 }, (_, at) => ({ podSelector: { matchLabels: { a: `${at}` } } })) },
  ],
});
const narrow = { ...template, metadata: huge.metadata };
const elsewhere = { ...huge, spec: { ...huge.spec, podSelector: { matchLabels: { app: 'postgres' } } } };
const selecting = policy('arctic', 'huge', {
  podSelector: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: Array(50_000).fill('b') }] },
});
const leaving = policy('sei-k8s-controller-system', 'huge', {
  podSelector: {},
  egress: [{ to: huge.spec?.ingress?.[0]?.from ?? [] }],
});

for (const [what, before, after, expected] of [
  ['is made', undefined, huge, /^denied the NetworkPolicy is too large to be judged: .*; split it$/],
  ['widens another', narrow, huge, /^denied the NetworkPolicy is too large to be judged/],
  ['is another huge one', elsewhere, huge, /^denied the NetworkPolicy is too large to be judged/],
  ['is deleted', huge, undefined, /^warned not judged: the NetworkPolicy that is there is too large/],
  [
    'becomes another',
    huge,
    narrow,
    /^denied the NetworkPolicy cannot be judged: .* delete what is not needed/,
  ],
  ['selects other pods than nodes', undefined, elsewhere, /^allowed$/],
  ['is huge by what it selects', undefined, selecting, /^denied the NetworkPolicy is too large/],
  ['may hold the controller back', undefined, leaving, /^denied the NetworkPolicy is too large/],
] as const) {
  test(`a policy of 77,000 peers that ${what} is answered before it is decoded`, t => {
    const started = process.cpuUsage();
    const answer = ask({ before, after }, world({ policies: [template] }));
    const { user, system } = process.cpuUsage(started);
    t.regex(outcome(answer), expected);
    t.log(`${Math.round((user + system) / 1000)} ms`);
    t.true((user + system) / 1000 < 150);
  });
}
