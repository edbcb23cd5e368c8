import type { NetworkAnswer, NetworkInput } from '../network/question.ts';
import type { NetworkViolation, NodeInput, Violation } from '../policy.ts';
import type { Result } from '../result.ts';

/** The rules, as far as admission asks them. */
export type AdmissionJudge = {
  readonly worse: (after: NodeInput, before?: NodeInput) => Result<readonly Violation[]>;
  readonly networkWorse: (after: NetworkInput, before: NetworkInput) => Result<readonly NetworkViolation[]>;
  readonly networkViolations: (network: NetworkInput) => Result<readonly NetworkViolation[]>;
  readonly reach: (network: NetworkInput) => Result<NetworkAnswer>;
};

/** What a request would make worse. */
export type Finding = {
  readonly violation: Violation;
  /** The nodes it is about, `NAMESPACE/NAME`, at least one. */
  readonly nodes: readonly string[];
  /** Whether it is told at most: nothing is wrong yet that the operator does not wait for. */
  readonly toldAtMost: boolean;
};

/** What was found of a request, and what could not be judged. */
export type Judged = {
  readonly findings: readonly Finding[];
  /** Why something could not be judged, a sentence each without a final dot. The request is let through all the same. */
  readonly unjudged: readonly string[];
  /** Why it is refused without having been judged. */
  readonly refused?: string;
};

export const nothing: Judged = { findings: [], unjudged: [] };

/** What several questions came to. */
export function joined(all: readonly Judged[]): Judged {
  const refused = all.find(one => one.refused !== undefined)?.refused;
  return {
    findings: all.flatMap(({ findings }) => findings),
    unjudged: [...new Set(all.flatMap(({ unjudged }) => unjudged))],
    ...(refused !== undefined && { refused }),
  };
}

/** What the rules say of one node. @param toldAtMost which of it is told at most. */
export function ofNode(
  node: string,
  answer: Result<readonly Violation[]>,
  toldAtMost: (violation: Violation) => boolean = () => false,
): Judged {
  if (!answer.ok) return { findings: [], unjudged: [`SeiNode ${node}: ${answer.error}`] };
  const findings = answer.value.map(violation => ({
    violation,
    nodes: [node],
    toldAtMost: toldAtMost(violation),
  }));
  return { findings, unjudged: [] };
}
