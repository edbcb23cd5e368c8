import type { Fields } from '../schema/structural.ts';
import { fail, pass, unknown, type Verdict, warn } from './verdict.ts';

/** The first minor with native sidecars and CEL in CRDs on by default: a node's pod does not start below. */
const needed = 29;
/** The first minor with ValidatingAdmissionPolicy as v1. */
const wanted = 30;

/** Whether an API server has what nodes and rules need. @param version its /version (version.Info). */
export function kubernetesVersion({ major, minor, gitVersion }: Fields): Verdict {
  const [first, second] = [major, minor].map(part => Number.parseInt(String(part), 10)) as [number, number];
  if (!Number.isInteger(first) || !Number.isInteger(second)) {
    return unknown('the API server does not say its version');
  }
  const text = String(gitVersion);
  const isAtLeast = (least: number) => first > 1 || (first === 1 && second >= least);
  if (!isAtLeast(needed)) {
    return fail(
      `${text} is too old: nodes need native sidecars, and the CRD its rules in CEL, both of Kubernetes 1.${needed}`,
      `upgrade the control plane and the nodes to 1.${wanted} or later`,
    );
  }
  return isAtLeast(wanted)
    ? pass(text)
    : warn(
        `${text} has no ValidatingAdmissionPolicy of v1, which came with Kubernetes 1.${wanted}`,
        `upgrade to 1.${wanted} or later, or leave policies/vap out`,
      );
}
