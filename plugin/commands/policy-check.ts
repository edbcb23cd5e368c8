import type { Severity } from '../../core/policy.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { atLeast, type Finding, findViolations } from '../findings.ts';
import { type Gathered, gather, readFiles } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { countByRule, findingsText } from '../output/findings.ts';
import { reportProblems } from '../output/problems.ts';
import { nodeName, render } from '../output/render.ts';
import type { Fleet } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';

export type PolicyCheckOptions = CommonOptions & {
  /** Files or directories that hold the state before an edit. */
  readonly before?: readonly string[];
  /** Whether the cluster is the state before the edit that the files make. */
  readonly againstCluster: boolean;
  readonly failOn: Severity;
};

/** `policy check`: every rule over every node. */
export async function policyCheck(options: PolicyCheckOptions, terminal: Terminal): Promise<number> {
  checkBefore(options);
  await using source = await gather(options, terminal);
  const { gathered, before } = await withStateBefore(options, terminal, source);
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

function checkBefore({ before, filename, againstCluster }: PolicyCheckOptions): void {
  if (before?.includes('-') && filename?.includes('-')) {
    throw new UsageError('-f and --before cannot both read standard input; name a file for one of them');
  }
  if (againstCluster && filename === undefined) {
    throw new UsageError('--against-cluster compares files with the cluster; say which with -f FILE');
  }
  if (againstCluster && before !== undefined) {
    throw new UsageError('the state before is either --before or --against-cluster, not both');
  }
}

async function withStateBefore(
  options: PolicyCheckOptions,
  terminal: Terminal,
  gathered: Gathered,
): Promise<{ gathered: Gathered; before?: Fleet }> {
  if (options.againstCluster) {
    const { layOverCluster } = await import('../live.ts');
    const { before, after } = await layOverCluster(options, terminal, gathered);
    return { gathered: { ...gathered, fleet: after }, before };
  }
  return options.before
    ? { gathered, before: await readFiles('--before', options.before, terminal) }
    : { gathered };
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
