import { publicPort } from '../../core/listeners.ts';
import { type Question, questionOf } from '../../core/network/classes.ts';
import type { Network, NetworkPod } from '../../core/network/network.ts';
import { defaultParameters } from '../../core/network/network-policy.ts';
import type { NetworkAnswer } from '../../core/network/question.ts';
import { type Reach as Item, type Passage, reach } from '../../core/network/reach.ts';
import { addressesOf, type Target } from '../../core/network/targets.ts';
import { createJudge } from '../../wasm/judge.ts';
import type { Case, CasePod, Reach } from './case.ts';

/** What the rules make of a case: who certainly reaches whom, and of whom they cannot tell. */
export type Ours = { readonly reach: Reach; readonly unknown: Reach };

const judge = createJudge();

/** Asks the rules in wasm. @throws where they fail. */
export function askRules(one: Case): Ours {
  const question = questionOfCase(one);
  const answer = judge.reach(question.input);
  if (!answer.ok) throw new Error(answer.error);
  return tables(one, question, answer.value);
}

/** Says whom an answer stands for, by any engine. */
export function tables(one: Case, question: Question, answer: NetworkAnswer): Ours {
  const items = [...reach(question, answer)];
  return {
    reach: table(items, question, one, passage => passage === true),
    unknown: table(items, question, one, passage => passage === 'unknown'),
  };
}

/** The question behind a case: every pod is a target. */
export function questionOfCase(one: Case): Question {
  const { network, targets } = networkAndTargets(one);
  return questionOf(network, targets, defaultParameters, one.addresses);
}

/** The network of a case, with every one of its pods as a target. */
export function networkAndTargets(one: Case): { network: Network; targets: Target[] } {
  const network = networkOf(one);
  return { network, targets: network.pods.map(pod => targetOf(pod, one.ports)) };
}

function networkOf({ namespaces, pods, policies }: Case): Network {
  const labels = Object.entries(namespaces).map(([name, labels]) => {
    return [name, { ...labels, 'kubernetes.io/metadata.name': name }] as const;
  });
  return { policies, pods: pods.map(podOf), namespaces: new Map(labels), caveats: [] };
}

/** All ports but the first are those of a native sidecar. */
function podOf({ namespace, name, labels, ip, ports = [] }: CasePod): NetworkPod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: {
      containers: [{ ports: ports.slice(0, 1) }],
      initContainers: [{ restartPolicy: 'Always', ports: ports.slice(1) }],
    },
    ...(ip && { status: { podIP: ip } }),
  };
}

function targetOf({ metadata, spec, status }: NetworkPod, ports: readonly number[]): Target {
  const { namespace, name, labels = {} } = metadata;
  return {
    namespace,
    name,
    node: name,
    labels,
    hostNetwork: false,
    containers: spec?.containers ?? [],
    initContainers: spec?.initContainers ?? [],
    addresses: addressesOf(status),
    ports: ports.map(port => ({ port, guard: port === publicPort ? 'public' : 'tasks' })),
  };
}

function table(
  items: readonly Item[],
  { pods }: Question,
  { addresses = [] }: Case,
  wanted: (passage: Passage['passes']) => boolean,
): Reach {
  return Object.fromEntries(
    items.map(({ target, port, reached }) => {
      const to = `${target.namespace}/${target.name}`;
      const indexes = wanted(true) ? reached.from : reached.unknown.map(({ from }) => from);
      const names = indexes.map(index => pods[index]?.key ?? '').filter(from => from !== to);
      const outside = addresses.filter((_, index) => wanted(reached.address(index).passes));
      return [`${to}:${port}`, [...names, ...outside].toSorted()];
    }),
  );
}
