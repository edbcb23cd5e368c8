import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import { type Case, policy } from './case.ts';
import { networks, policies } from './generate.ts';
import { askRules } from './ours.ts';

/** Holds something of a generated network; the same networks each time. */
function property(title: string, holds: (t: ExecutionContext, network: Case, other: NetworkPolicy) => void) {
  test(title, t => {
    const check = (network: Case, other: NetworkPolicy) => holds(t, network, other);
    t.notThrows(() => fc.assert(fc.property(networks(), policies(), check), { seed: 8, numRuns: 400 }));
  });
}

property('a policy without rules lets nobody in who was not', (_, network, other) => {
  const { podSelector = {}, policyTypes = ['Ingress'] } = other.spec ?? {};
  const added = { ...other, spec: { podSelector, policyTypes } };
  within(open({ ...network, policies: [...network.policies, added] }), open(network));
});

property('a rule that is added shuts nobody out', (_, network, other) => {
  const rules = other.spec?.ingress ?? [{}];
  const more = network.policies.map(one => ({
    ...one,
    spec: { ...one.spec, ingress: [...(one.spec?.ingress ?? []), ...rules] },
  }));
  within(open(network), open({ ...network, policies: more }));
});

property('two policies that select the same pods are one with the rules of both', (t, network, other) => {
  const policyTypes = ['Ingress', 'Egress'] as const;
  const [first = other] = network.policies;
  const { podSelector = {}, ingress = [], egress = [] } = first.spec ?? {};
  const namespace = first.metadata.namespace;
  const more = { ingress: other.spec?.ingress ?? [], egress: other.spec?.egress ?? [] };
  const both = [
    policy(namespace, 'first', { podSelector, policyTypes, ingress, egress }),
    policy(namespace, 'second', { podSelector, policyTypes, ...more }),
  ];
  const one = policy(namespace, 'one', {
    podSelector,
    policyTypes,
    ingress: [...ingress, ...more.ingress],
    egress: [...egress, ...more.egress],
  });
  t.deepEqual(askRules({ ...network, policies: both }), askRules({ ...network, policies: [one] }));
});

property('the order of policies, pods, labels and rules decides nothing', (t, network) => {
  const reversed = {
    ...network,
    pods: network.pods.toReversed().map(pod => ({ ...pod, labels: backwards(pod.labels) })),
    policies: network.policies.toReversed().map(one => ({
      ...one,
      spec: {
        ...one.spec,
        ...(one.spec?.ingress && { ingress: one.spec.ingress.toReversed() }),
        ...(one.spec?.egress && { egress: one.spec.egress.toReversed() }),
      },
    })),
  };
  t.deepEqual(askRules(reversed), askRules(network));
});

property('a policy of a namespace without pods has no effect', (t, network, other) => {
  const elsewhere = { ...other, metadata: { ...other.metadata, namespace: 'elsewhere' } };
  t.deepEqual(askRules({ ...network, policies: [...network.policies, elsewhere] }), askRules(network));
});

property('a label that no selector names decides nothing', (t, network) => {
  const pods = network.pods.map((pod, at) => ({ ...pod, labels: { ...pod.labels, own: `${at}` } }));
  t.deepEqual(askRules({ ...network, pods }), askRules(network));
});

/** Who certainly gets in, and who may, each as `FROM → TO`. */
function open(network: Case): { certain: Set<string>; possible: Set<string> } {
  const { reach, unknown } = askRules(network);
  const pairs = (table: typeof reach) => {
    return Object.entries(table).flatMap(([to, from]) => from.map(name => `${name} → ${to}`));
  };
  const certain = pairs(reach);
  return { certain: new Set(certain), possible: new Set([...certain, ...pairs(unknown)]) };
}

/** @throws where one has what the other has not, for fast-check to make it smaller. */
function within(less: ReturnType<typeof open>, more: ReturnType<typeof open>): void {
  const extra = [...less.certain.difference(more.certain), ...less.possible.difference(more.possible)];
  if (extra.length > 0) throw new Error(extra.join(', '));
}

function backwards<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toReversed());
}
