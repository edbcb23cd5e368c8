import { Worker } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import { counted } from './webhook-bed.ts';
import { apply, namespace, node, policy, template, withWebhook } from './webhook-fleet.ts';

const { test, controlPlane, one } = withWebhook(async controlPlane => {
  await apply(
    controlPlane,
    ['a', 'free'].map(name => namespace(name)),
  );
  await apply(controlPlane, [
    template('a'),
    ...Array.from({ length: 30 }, (_, at) => node(`n${at}`, { podLabels: { team: `t${at}` } })),
  ]);
});

const path = (space = 'a') => `/apis/networking.k8s.io/v1/namespaces/${space}/networkpolicies`;
const list = <T>(length: number, make: (at: number) => T) => Array.from({ length }, (_, at) => make(at));
const labels = (at: number) => ({ podSelector: { matchLabels: { a: `${at}` } } });
const block = (at: number) => ({ ipBlock: { cidr: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/32` } });
const nested = (requirements: number, values: number) => (at: number) => ({
  podSelector: {
    matchExpressions: list(requirements, key => ({
      ...{ key: `k${key}`, operator: key % 2 ? 'In' : 'NotIn' },
      values: list(values, value => `v${at + value}`),
    })),
  },
  namespaceSelector: { matchExpressions: [{ key: `n${at % 7}`, operator: 'Exists' }] },
});
const policyOf = (name: string, from: readonly object[], podSelector = {}) =>
  policy(name, { podSelector, ingress: [{ from, ports: [{ port: 8443 }, { port: 7777 }] }] });
/** 2.9 MB, of the 3 MiB that the API server takes. */
const huge = policyOf('huge', list(77_000, block));
const free = { ...policyOf('huge', list(30_000, block)), metadata: { name: 'huge' } };

const tooLarge = /denied the request: the NetworkPolicy is too large to be judged: .+; split it/;
const opens = /denied the request: netpol-tasks-port: SeiNode a\/n/;
const bombs: readonly [what: string, policy: object, status: number, said: RegExp][] = [
  ['77,000 peers', huge, 403, tooLarge],
  ['thousands of peers', policyOf('b', list(3_000, labels)), 403, tooLarge],
  ['a thousand requirements', policyOf('b', list(2, nested(1_000, 1))), 403, tooLarge],
  ['fifty thousand values', policyOf('b', list(5, nested(10, 1_000))), 403, tooLarge],
  ['as many peers as there may be', policyOf('b', list(140, labels)), 403, opens],
  ['as many requirements', policyOf('b', list(7, nested(30, 2))), 403, opens],
  ['as many values', policyOf('b', list(6, nested(3, 100))), 403, opens],
  [
    'a huge one for other pods',
    policyOf('other', list(40_000, labels), { matchLabels: { app: 'web' } }),
    201,
    /other/,
  ],
];

/** Asks, and sees that it was answered before the API server gives up. */
async function answered(t: ExecutionContext, ...asked: Parameters<ReturnType<typeof controlPlane>['call']>) {
  const begun = performance.now();
  const { status, body } = await controlPlane().call(...asked);
  const text = JSON.stringify(body);
  t.notRegex(text, /failed calling webhook|context deadline/);
  return { status, text, took: Math.round(performance.now() - begun) };
}

for (const [what, bomb, status, said] of bombs) {
  test(`a policy of ${what} is answered within the timeout`, async t => {
    const answer = await answered(t, 'POST', path(), bomb);
    t.is(answer.status, status, answer.text.slice(0, 500));
    t.regex(answer.text, said);
    t.log(`${answer.took} ms`);
  });
}

test('so it is on a busy machine, several at once', async t => {
  const burn = 'while (true);';
  const workers = list(2, () => new Worker(burn, { eval: true }));
  t.teardown(() => Promise.all(workers.map(worker => worker.terminate())));
  await Promise.all(
    bombs
      .filter(([, , status]) => status === 403)
      .map(async ([what, bomb, status, said]) => {
        const answer = await answered(t, 'POST', path(), bomb);
        t.is(answer.status, status, what);
        t.regex(answer.text, said, what);
        t.log(`${what}: ${answer.took} ms`);
      }),
  );
});

test('one that came in where there is no node is in nobody’s way, and can be deleted where there is one', async t => {
  t.is((await answered(t, 'POST', path('free'), free)).status, 201);
  const narrow = { ...template('free'), metadata: { name: 'huge' } };
  const first = { ...node('n0'), metadata: { name: 'n0' } };
  const { status, text } = await answered(t, 'POST', '/apis/sei.io/v1alpha1/namespaces/free/seinodes', first);
  t.is(status, 201, text);
  // As a dry run: until the webhook's watch has told it of the node nobody is in the way of this one either.
  const refusal = async () =>
    (await answered(t, 'PUT', `${path('free')}/huge?dryRun=All`, narrow)).text.includes(
      'delete what is not needed',
    );
  t.true(await until(refusal));
  t.is((await answered(t, 'DELETE', `${path('free')}/huge`)).status, 200);
});

test('of all these the webhook took for none as long as the API server waits', async t => {
  const metric = 'seinode_admission_duration_seconds';
  const all = await counted([one()], `${metric}_count{kind="NetworkPolicy"}`);
  t.true(all >= bombs.length * 2);
  // What is counted a moment later may be in this and not in the other.
  t.true((await counted([one()], `${metric}_bucket{le="2.5",kind="NetworkPolicy"}`)) >= all);
  const [tenth, sum] = [
    `${metric}_bucket{le="0.1",kind="NetworkPolicy"}`,
    `${metric}_sum{kind="NetworkPolicy"}`,
  ];
  t.log(
    `${all} answers, ${await counted([one()], tenth)} in 100 ms, ${await counted([one()], sum)} s in all`,
  );
});

test('beside many policies of medium size an edit is answered', async t => {
  const medium = (at: number) =>
    policy(`m${at}`, {
      podSelector: { matchLabels: { team: `t${at % 30}` } },
      ingress: [{ from: list(60, peer => labels(at * 100 + peer)), ports: [{ port: 26657 }] }],
    });
  const times: number[] = [];
  for (const at of list(40, each => each)) {
    const { status, text, took } = await answered(t, 'POST', path(), medium(at));
    t.is(status, 201, text);
    times.push(took);
  }
  t.log(`40 policies of 60 peers: the slowest took ${Math.max(...times)} ms`);
  const edit = { spec: { ...template('a').spec, ingress: [{}] } };
  const { status, text, took } = await answered(t, 'PATCH', `${path()}/seinodes`, edit);
  t.is(status, 403);
  t.regex(text, /netpol-tasks-port|cannot be judged/);
  t.log(`${took} ms`);
  t.is(
    (await answered(t, 'PATCH', '/api/v1/namespaces/free', { metadata: { labels: { a: 'b' } } })).status,
    200,
  );
});
