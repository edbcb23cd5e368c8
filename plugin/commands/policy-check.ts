import type { Severity } from '../../core/policy.ts';
import { exitCodes } from '../exit-codes.ts';
import { atLeast, type Finding, findViolations } from '../findings.ts';
import { gather, reportFaults, reportIgnored } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { countByRule, findingsText } from '../output/findings.ts';
import { render } from '../output/render.ts';
import { readFleet } from '../source/files.ts';
import type { Terminal } from '../terminal.ts';

export type PolicyCheckOptions = CommonOptions & {
  /** Files or directories that hold the state before an edit. */
  readonly before?: readonly string[];
  readonly failOn: Severity;
};

/** `policy check`: every rule over every node. */
export async function policyCheck(options: PolicyCheckOptions, terminal: Terminal): Promise<number> {
  const { fleet, nodes, judge, now } = await gather(options, terminal);
  const before = options.before && (await readFleet(options.before, { stdin: terminal.stdin }));
  const judged = findViolations(nodes, fleet, before, judge, now);
  const faults = [...fleet.faults, ...(before?.faults ?? []), ...judged.faults];
  terminal.out(report(terminal, options, judged.findings, nodes.length - judged.faults.length));
  reportFaults(terminal, faults);
  reportIgnored(terminal, fleet, options);
  if (faults.length > 0) {
    return exitCodes.incomplete;
  }
  const failed = judged.findings.some(({ severity }) => atLeast(severity, options.failOn));
  return failed ? exitCodes.findings : exitCodes.ok;
}

function report(
  terminal: Terminal,
  { output }: CommonOptions,
  findings: readonly Finding[],
  checked: number,
): string {
  const summary = { checked, findings: findings.length, byRule: countByRule(findings) };
  return render(output, {
    kind: 'PolicyReport',
    content: () => ({ summary, findings }),
    names: () => findings.map(({ object }) => `seinode.sei.io/${object.name}`),
    text: () => findingsText(terminal, findings, checked, output === 'wide'),
  });
}
