import { setImmediate } from 'node:timers/promises';
import type { Found, Judgement, Unjudged } from '../../core/findings/finding.ts';
import type { Judgeable } from '../../core/findings/judgeable.ts';
import { judgeNode, withNetwork } from '../../core/findings/node-findings.ts';
import { judgeOrphans } from '../../core/findings/orphan-findings.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { othersAmong } from '../../core/others.ts';
import type { Surveyed } from './survey.ts';

/** What the rules say of a namespace; of nodes apart from Pods and StatefulSets without theirs, as `policy check` has it. */
export type Audited = {
  readonly nodes: readonly Found[];
  readonly orphans: readonly Found[];
  /** What could not be read or judged: with any of these the findings are not all. */
  readonly unjudged: readonly Unjudged[];
  /** The objects that it is about, of their metadata no more than name and UID. */
  readonly subjects: readonly KubernetesObject[];
};

export type Judging = Pick<Judgeable, 'judge' | 'now' | 'parameters'> & {
  /** What is known not to be judged. */
  readonly unjudged: readonly Unjudged[];
};

/** Asks every rule about a namespace, a node at a time: between two of them others may work. */
export async function judgeNamespace(surveyed: Surveyed, judging: Judging): Promise<Audited> {
  const judgeable: Judgeable = { ...judging, around: surveyed.around, repairs: false };
  const nodes = surveyed.nodes.map(node => ({ node, unknownFields: [] }));
  const judged: Judgement[] = [];
  const othersOf = othersAmong(surveyed.around.nodes);
  for (const node of nodes) {
    judged.push(judgeNode(node, othersOf(node.node), judgeable));
    await setImmediate();
  }
  const ofNodes = withNetwork(nodes, judged, judgeable);
  await setImmediate();
  const orphans = judgeOrphans(surveyed.orphans, judgeable);
  return {
    nodes: ofNodes.found,
    orphans: orphans.found,
    unjudged: [...judging.unjudged, ...surveyed.unread, ...ofNodes.unjudged, ...orphans.unjudged],
    subjects: [...surveyed.nodes, ...surveyed.orphans].map(named),
  };
}

/** Who holds a whole object keeps a version of it that the cache has long forgotten. */
function named({ apiVersion, kind, metadata: { namespace, name, uid } }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: { namespace, name, ...(uid && { uid }) } };
}
