import { objectKey } from '../kubernetes.ts';
import { othersAmong } from '../others.ts';
import { podName } from '../resources/names.ts';
import type { SeiNode } from '../seinode.ts';
import { type Found, foundAt, identityOf, type Judgement } from './finding.ts';
import type { Judgeable } from './judgeable.ts';
import { guardedTargets, networkFindings } from './network-findings.ts';
import { secretInput } from './secrets.ts';
import { type Workload, workloadInput, workloadOf } from './workload.ts';

/** A node to be judged. */
export type JudgedNode = {
  readonly node: SeiNode;
  /** As it was, where an edit is judged; absent for a node that is new. */
  readonly before?: SeiNode | undefined;
  /** Paths of fields the CRD does not have. */
  readonly unknownFields?: readonly string[];
};

/** Asks every rule about nodes. */
export function judgeNodes(nodes: readonly JudgedNode[], judgeable: Judgeable): Judgement {
  const othersOf = othersAmong(judgeable.around.nodes);
  const judged = nodes.map(each => judgeNode(each, othersOf(each.node), judgeable));
  return withNetwork(nodes, judged, judgeable);
}

/** Adds to what was found at each node what the rules on NetworkPolicies find there. */
export function withNetwork(
  nodes: readonly JudgedNode[],
  judged: readonly Judgement[],
  judgeable: Judgeable,
): Judgement {
  const targets = guardedTargets(
    nodes.map(({ node }) => node),
    judgeable.around.network.pods,
  );
  const network = networkFindings(judgeable, targets);
  const reached = network.ok ? network.value : () => [];
  return {
    checked: judged.flatMap(({ checked }) => checked),
    found: judged.flatMap(({ found }, index) => {
      const { node } = nodes[index] as JudgedNode;
      return [...found, ...reached(objectKey(node.metadata.namespace, podName(node)), node)];
    }),
    unjudged: [
      ...judged.flatMap(({ unjudged }) => unjudged),
      ...(network.ok ? [] : [{ message: `NetworkPolicies: ${network.error}` }]),
    ],
  };
}

/** Asks about one node all but the rules on NetworkPolicies. @param others those that name what it names. */
export function judgeNode(
  { node, before, unknownFields }: JudgedNode,
  others: readonly SeiNode[],
  judgeable: Judgeable,
): Judgement {
  const { around, judge, now } = judgeable;
  const workload = workloadOf(node, around);
  const input = {
    ...{ now, node, others, ...(unknownFields && { unknownFields }), ...secretInput(node, around) },
    ...(before && { before }),
    ...workloadInput(workload),
  };
  const violations = judge.violations(input);
  if (!violations.ok) {
    const { namespace, name } = node.metadata;
    const message = `SeiNode ${objectKey(namespace, name)}: ${violations.error}`;
    return { checked: [], found: [], unjudged: [{ at: identityOf(node), message }] };
  }
  const found = violations.value.map((violation): Found => {
    const at = workload[violation.details.kind as keyof Workload];
    return foundAt(violation, node, at, input.secret);
  });
  return { checked: [node], found, unjudged: [] };
}
