import test from 'ava';
import { batchesOf } from '../../../core/network/batches.ts';
import { questionOf } from '../../../core/network/classes.ts';
import type { Caveat, Network, NetworkPod } from '../../../core/network/network.ts';
import { defaultParameters, type NetworkPolicy } from '../../../core/network/network-policy.ts';
import { reach } from '../../../core/network/reach.ts';
import { targetsOf } from '../../../core/network/targets.ts';
import { createJudge } from '../../../wasm/judge.ts';

const judge = createJudge();

/** Who may be asked of: `target` is the node's pod, in arctic. */
const target = pod('arctic', 'target', { labels: { 'sei.io/node': 'target' }, ip: '10.0.0.9' });
const curl = pod('default', 'curl', { labels: { app: 'curl' }, ip: '10.0.0.1' });
const onMachine = pod('default', 'agent', { labels: { app: 'agent' }, ip: '192.168.0.1', hostNetwork: true });
const starting = pod('default', 'starting', { labels: { app: 'starting' } });
const hostTarget = pod('arctic', 'target', {
  labels: { 'sei.io/node': 'target' },
  ip: '192.168.0.2',
  hostNetwork: true,
});

const block = { ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.0.8/29'] } };
const fromCurl = { namespaceSelector: {}, podSelector: { matchLabels: { app: 'curl' } } };
const outage: Caveat = { why: 'the plugin sleeps', effect: 'opens' };
const outranked: Caveat = { why: 'AdminNetworkPolicy a outranks', effect: 'any' };
const around = (caveat: Caveat, namespace: string): Caveat => ({ ...caveat, namespace });

const cases: readonly (readonly [string, Partial<Network>, string])[] = [
  ['nothing isolates it: everybody', { pods: [target, curl, onMachine] }, 'from default/agent default/curl'],
  ['a policy without rules: nobody', { policies: [ingress()], pods: [target, curl] }, 'denied default/curl'],
  [
    'a policy for egress alone does not isolate what comes in',
    { policies: [policy('arctic', { policyTypes: ['Egress'] })], pods: [target, curl] },
    'from default/curl',
  ],
  [
    'a rule without from lets everybody in, pods with hostNetwork as well',
    { policies: [ingress({})], pods: [target, curl, onMachine] },
    'from default/agent default/curl',
  ],
  [
    'a peer lets in whom it selects, and a pod with hostNetwork nobody knows',
    { policies: [ingress({ from: [{ namespaceSelector: {} }] })], pods: [target, curl, onMachine] },
    'from default/curl, unknown default/agent',
  ],
  [
    'a pod inside an ipBlock: nobody knows',
    { policies: [ingress({ from: [block] })], pods: [target, curl] },
    'unknown default/curl',
  ],
  [
    'a pod that an ipBlock leaves out: denied',
    { policies: [ingress({ from: [block] })], pods: [target, pod('default', 'out', { ip: '10.0.0.10' })] },
    'denied default/out',
  ],
  [
    'a pod inside an ipBlock that a selector lets in as well: in',
    { policies: [ingress({ from: [block, fromCurl] })], pods: [target, curl] },
    'from default/curl',
  ],
  [
    'a pod without an address, and an ipBlock: nobody knows',
    { policies: [ingress({ from: [block] })], pods: [target, starting] },
    'unknown default/starting',
  ],
  [
    'a pod without an address, and no ipBlock: denied',
    { policies: [ingress({ from: [fromCurl] })], pods: [target, starting] },
    'denied default/starting',
  ],
  [
    'egress at the source may deny what ingress admits',
    { policies: [egress()], pods: [target, curl] },
    'denied default/curl',
  ],
  [
    'egress may let out to the target',
    { policies: [egress({ to: [{ namespaceSelector: {} }] })], pods: [target, curl] },
    'from default/curl',
  ],
  [
    'egress to an ipBlock that holds the target: nobody knows',
    { policies: [egress({ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] })], pods: [target, curl] },
    'unknown default/curl',
  ],
  [
    'egress to an ipBlock elsewhere: denied',
    { policies: [egress({ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] })], pods: [target, curl] },
    'denied default/curl',
  ],
  [
    'one side that certainly denies decides where nobody knows of the other',
    { policies: [ingress({ from: [block] }), egress()], pods: [target, curl] },
    'denied default/curl',
  ],
  [
    'egress of a pod with hostNetwork is not isolated',
    { policies: [egress()], pods: [target, onMachine] },
    'from default/agent',
  ],
  [
    'a target with hostNetwork that no policy would select: everybody',
    { pods: [hostTarget, curl] },
    'from default/curl',
  ],
  [
    'a target with hostNetwork: who its policies would admit, and nobody knows of the others',
    { policies: [ingress({ from: [fromCurl] })], pods: [hostTarget, curl, starting] },
    'from default/curl, unknown default/starting',
  ],
  [
    'a plugin that does not enforce: who is denied may get in',
    { policies: [ingress({ from: [fromCurl] })], pods: [target, curl, starting], caveats: [outage] },
    'from default/curl, unknown default/starting',
  ],
  [
    'a policy that outranks: nobody knows of anybody',
    { pods: [target, curl], caveats: [outranked] },
    'unknown default/curl',
  ],
  [
    'one in the namespace of the target as well',
    { policies: [ingress()], pods: [target, curl], caveats: [around(outranked, 'arctic')] },
    'unknown default/curl',
  ],
  [
    'one in the namespace of the source: whom the target admits, nobody knows of',
    { pods: [target, curl], caveats: [around(outranked, 'default')] },
    'unknown default/curl',
  ],
  [
    'one there does not open what the target denies',
    { policies: [ingress()], pods: [target, curl], caveats: [around(outranked, 'default')] },
    'denied default/curl',
  ],
  [
    'one in a third namespace says nothing',
    { policies: [ingress()], pods: [target, curl], caveats: [around(outranked, 'elsewhere')] },
    'denied default/curl',
  ],
];

for (const [title, network, expected] of cases) {
  test(title, t => {
    const [first] = asked(network);
    t.is(first?.said, expected);
    const isolating = network.policies?.some(({ metadata }) => metadata.namespace === 'arctic') ?? false;
    const ordinary = !network.pods?.includes(hostTarget);
    t.is(first?.isolated, isolating && ordinary && !title.includes('egress alone'));
  });
}

test('the first policy by name, then the first rule and peer, is why a source gets in', t => {
  const named = (name: string, ...rules: object[]): NetworkPolicy => ({
    ...ingress(...rules),
    metadata: { namespace: 'arctic', name },
  });
  const policies = [named('z', {}), named('b', { from: [block, fromCurl] }), named('a', { from: [block] })];
  const [first] = asked({ policies, pods: [target, curl] });
  t.deepEqual(first?.because, ['arctic/target arctic/z 0 null', 'default/curl arctic/b 0 1']);
});

test('an address is judged by ipBlocks and rules without from; no selector means one', t => {
  const addresses = ['203.0.113.7', '10.0.0.3', '10.0.0.10'];
  const passes = (...rules: object[]) =>
    asked({ policies: [ingress(...rules)], pods: [target] }, addresses)[0]?.addresses;
  t.deepEqual(passes(), [false, false, false]);
  t.deepEqual(passes({}), [true, true, true]);
  t.deepEqual(passes({ from: [{ namespaceSelector: {} }] }), [false, false, false]);
  t.deepEqual(passes({ from: [block] }), [false, true, false]);
  const open = asked({ pods: [target] }, addresses)[0]?.addresses;
  t.deepEqual(open, [true, true, true]);
  const doubtful = asked({ policies: [ingress()], pods: [target], caveats: [outage] }, addresses)[0];
  t.deepEqual(doubtful?.addresses, ['unknown', 'unknown', 'unknown']);
});

test('a question in batches has the same answer', t => {
  const targets = Array.from({ length: 9 }, (_, at) =>
    pod('arctic', `t${at}`, { labels: { 'sei.io/node': `t${at}` } }),
  );
  const selecting = (name: string) => ({
    ...policy('arctic', { podSelector: { matchLabels: { 'sei.io/node': name } }, ingress: [] }),
    metadata: { namespace: 'arctic', name },
  });
  const network = { policies: ['t1', 't4', 't7'].map(selecting), pods: [...targets, curl] };
  const whole = asked(network);
  t.is(whole.length, 27);
  for (const most of [1, 2, 3]) t.deepEqual(asked(network, [], most), whole, String(most));
});

function asked(given: Partial<Network>, addresses: readonly string[] = [], most?: number) {
  const network: Network = { policies: [], pods: [], namespaces: new Map(), caveats: [], ...given };
  const question = questionOf(network, targetsOf([], network.pods), defaultParameters, addresses);
  const names = (pods: readonly number[]) => pods.map(pod => question.pods[pod]?.key ?? '');
  return batchesOf(question, most).flatMap(batch => {
    const answer = judge.reach(batch.input);
    if (!answer.ok) throw new Error(answer.error);
    return [...reach(batch, answer.value)].map(({ target, port, reached }) => {
      const lists = {
        from: names(reached.from),
        denied: names(reached.denied),
        unknown: names(reached.unknown.map(({ from }) => from)),
      };
      const said = Object.entries(lists).map(([list, keys]) => [
        list,
        keys.filter(key => key !== self(target)),
      ]);
      return {
        to: `${self(target)}:${port}`,
        isolated: reached.isolated,
        said: said
          .filter(([, keys]) => keys?.length)
          .map(([list, keys]) => [list, ...(keys ?? [])].join(' '))
          .join(', '),
        because: reached.because.map(({ policy, rule, peer }, at) => {
          const { namespace, name } = question.input.policies[policy]!.metadata;
          return `${lists.from[at]} ${namespace}/${name} ${rule} ${peer}`;
        }),
        addresses: addresses.map(
          address => reached.address(question.input.addresses.indexOf(address)).passes,
        ),
      };
    });
  });
}

function self({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function pod(
  namespace: string,
  name: string,
  {
    labels = {},
    ip,
    hostNetwork = false,
  }: { labels?: Record<string, string>; ip?: string; hostNetwork?: boolean } = {},
): NetworkPod {
  const status = ip === undefined ? {} : { podIP: ip };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: { hostNetwork },
    status,
  };
}

function ingress(...rules: object[]): NetworkPolicy {
  return policy('arctic', { policyTypes: ['Ingress'], ingress: rules });
}

function egress(...rules: object[]): NetworkPolicy {
  return policy('default', { policyTypes: ['Egress'], egress: rules });
}

function policy(namespace: string, spec: object): NetworkPolicy {
  const metadata = { namespace, name: 'p' };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: {}, ...spec },
  };
}
