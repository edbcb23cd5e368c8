import { workOf } from '../core/admission/work.ts';
import { failure } from '../core/result.ts';
import type { Judge } from '../wasm/judge.ts';

/**
 * How much the policies of one question may ask (ADR 28 has the measure). Some 80 ms at 1,300; at 3,000 the rules' memory
 * is full after 600 ms, and with the largest policies that are stored after many seconds.
 */
const most = 2000;

/** What the rules may fill in a process that lives: many times the largest Secret, and no pod's limit. */
export const mebibytes = 128;

/** The rules for the thread that reconciles: what would hold it up is not asked, and is a failure that says so. */
export function boundedJudge(judge: Judge): Judge {
  return {
    ...judge,
    networkViolations: network => {
      const work = workOf(network.policies);
      return work > most ? failure(tooMuch(work)) : judge.networkViolations(network);
    },
  };
}

function tooMuch(work: number): string {
  return `the NetworkPolicies around the node are too large to be judged by the operator: their peers ask ${work} things of pods, and ${most} are the most; split or delete the largest`;
}
