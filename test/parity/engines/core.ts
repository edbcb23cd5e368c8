import type { FindingsJudge } from '../../../core/findings/judgeable.ts';
import { judgeNodes } from '../../../core/findings/node-findings.ts';
import { judgeOrphans } from '../../../core/findings/orphan-findings.ts';
import { orphansAmong } from '../../../core/findings/orphans.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { validateSeiNode } from '../../../core/schema/seinode.ts';
import { type Answer, type Case, now } from '../case.ts';
import { around, ofKind } from '../cluster.ts';
import { answerOfFindings } from './findings.ts';

/** What plugin and operator find of a cluster, with any judge. @throws where not everything could be judged. */
export function findWith(judge: FindingsJudge, { name, objects, parameters }: Case): Answer {
  const judgeable = {
    ...{ around: around(objects), judge, now, repairs: false },
    parameters: parameters ?? defaultParameters,
  };
  const { nodes } = judgeable.around;
  const workloads = [...ofKind(objects, 'Pod'), ...ofKind(objects, 'StatefulSet')];
  const judged = [
    judgeNodes(
      nodes.map(node => ({ node, unknownFields: validateSeiNode(node).unknownFields })),
      judgeable,
    ),
    judgeOrphans(orphansAmong(workloads, nodes), judgeable),
  ];
  const [unjudged] = judged.flatMap(each => each.unjudged);
  if (unjudged !== undefined) throw new Error(`${name}: ${unjudged.message}`);
  return answerOfFindings(judged.flatMap(({ found }) => found));
}
