import type { Severity } from '../../core/policy.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { atLeast, type Finding, findViolations } from '../findings.ts';
import { gather, readFiles } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { countByRule, findingsText } from '../output/findings.ts';
import { reportProblems } from '../output/problems.ts';
import { nodeName, render } from '../output/render.ts';
import type { Terminal } from '../terminal.ts';

export type PolicyCheckOptions = CommonOptions & {
  /** Files or directories that hold the state before an edit. */
  readonly before?: readonly string[];
  readonly failOn: Severity;
};

/** `policy check`: every rule over every node. */
export async function policyCheck(options: PolicyCheckOptions, terminal: Terminal): Promise<number> {
  if (options.before?.includes('-') && options.filename?.includes('-')) {
    throw new UsageError('-f and --before cannot both read standard input; name a file for one of them');
  }
  await using gathered = await gather(options, terminal);
  const before = options.before && (await readFiles('--before', options.before, terminal));
  const { findings, faults } = findViolations(gathered, before);
  const checked = gathered.nodes.length - faults.length;
  terminal.out(report(terminal, options, findings, checked));
  const unread = [...gathered.fleet.faults, ...(before?.faults ?? []), ...faults];
  if (!reportProblems(terminal, options, gathered, unread)) {
    return exitCodes.incomplete;
  }
  const failed = findings.some(({ severity }) => atLeast(severity, options.failOn));
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
    names: () => [...new Set(findings.map(({ object }) => object))].map(nodeName),
    text: () => findingsText(terminal, findings, checked, output === 'wide'),
  });
}
