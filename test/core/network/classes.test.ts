import test from 'ava';
import fc from 'fast-check';
import { type Question, questionOf } from '../../../core/network/classes.ts';
import type { Network } from '../../../core/network/network.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { reach } from '../../../core/network/reach.ts';
import { type Target, targetKey, targetsOf } from '../../../core/network/targets.ts';
import { createJudge } from '../../../wasm/judge.ts';
import { network } from './arbitrary.ts';

const judge = createJudge();

test('pods that no selector tells apart are asked about once, and the answer stays the same', t => {
  fc.assert(
    fc.property(network, network => {
      const targets = targetsOf([], network.pods);
      const reduced = questionOf(network, targets, defaultParameters);
      t.deepEqual(answerTo(reduced), answerTo(oneByOne(network, targets)));
    }),
    { seed: 8, numRuns: 400 },
  );
});

test('ten thousand pods with labels of their own are a class a namespace', t => {
  const pods = Array.from({ length: 10_000 }, (_, at) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: `n${at % 50}`,
      name: `p${at}`,
      labels: { 'pod-index': String(at), app: `a${at}` },
    },
  }));
  const podSelector = { matchExpressions: [{ key: 'app', operator: 'Exists' as const }] };
  const policies = [
    { apiVersion: '', kind: '', metadata: { namespace: 'n1', name: 'p' }, spec: { podSelector } },
  ];
  const network: Network = { policies, pods, namespaces: new Map(), caveats: [] };
  const { input } = questionOf(network, [], defaultParameters);
  t.deepEqual(input.labelSets, [{}, { app: '?' }]);
  t.is(input.sources.length, 50);
});

/** Who reaches what, by the names of pods. */
function answerTo(question: Question) {
  const answer = judge.reach(question.input);
  if (!answer.ok) throw new Error(answer.error);
  const names = (pods: readonly number[]) => pods.map(pod => question.pods[pod]?.key);
  return [...reach(question, answer.value)].map(({ target, port, reached }) => ({
    to: targetKey(target),
    port,
    isolated: reached.isolated,
    from: names(reached.from),
    denied: names(reached.denied),
    unknown: reached.unknown.map(({ from, why }) => [question.pods[from]?.key, why]),
    because: reached.because.map(({ policy, rule, peer }) => [policy, rule, peer]),
  }));
}

/** Every pod is a source, with all its labels, and a target. */
function oneByOne({ policies, pods, namespaces, caveats }: Network, targets: readonly Target[]): Question {
  const sorted = pods
    .map(pod => ({ pod, key: `${pod.metadata.namespace}/${pod.metadata.name}` }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const texts = sorted.flatMap(({ pod }) => pod.status?.podIP ?? []);
  const addressesOf = (address: string | undefined) => (address ? [texts.indexOf(address)] : []);
  return {
    input: {
      policies,
      namespaces: Object.fromEntries(namespaces),
      labelSets: sorted.map(({ pod }) => pod.metadata.labels ?? {}),
      targets: targets.map(({ addresses: [address], ...target }) => ({
        ...target,
        addresses: addressesOf(address),
      })),
      sources: sorted.map(({ pod, key }, labels) => ({
        namespace: pod.metadata.namespace,
        labels,
        hostNetwork: pod.spec?.hostNetwork ?? false,
        example: key,
      })),
      addresses: texts,
      caveats,
      parameters: defaultParameters,
    },
    pods: sorted.map(({ pod, key }, source) => ({
      key,
      namespace: pod.metadata.namespace,
      source,
      addresses: addressesOf(pod.status?.podIP),
    })),
    targets: targets.map((target, index) => ({ target, index })),
  };
}
