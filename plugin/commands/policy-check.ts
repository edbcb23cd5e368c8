import type { Severity } from '../../core/policy.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { atLeast, findViolations, identityOf } from '../findings.ts';
import { type Gathered, gather, readFiles } from '../gather.ts';
import type { CommonOptions, ReportFormat } from '../options.ts';
import { countByRule, findingsText } from '../output/findings.ts';
import { github, withoutCommands } from '../output/github.ts';
import { reportFaults, reportProblems } from '../output/problems.ts';
import { type Answer, nodeName, render } from '../output/render.ts';
import type { Report } from '../output/report.ts';
import { sarif } from '../output/sarif.ts';
import { parametersFor } from '../parameters.ts';
import { knownRules } from '../rules.ts';
import type { Fleet } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';

export type PolicyCheckOptions = CommonOptions<ReportFormat> & {
  /** Files or directories that hold the state before an edit. */
  readonly before?: readonly string[];
  /** Whether the cluster is the state before the edit that the files make. */
  readonly againstCluster: boolean;
  readonly failOn: Severity;
  /** File with the PolicyParameters. */
  readonly parameters?: string;
};

/** `policy check`: every rule over every node. */
export async function policyCheck(options: PolicyCheckOptions, terminal: Terminal): Promise<number> {
  checkBefore(options);
  await using source = await gather(options, terminal, [], { children: true, network: 'pods' });
  const { parameters, faults: refused } = await parametersFor(options, terminal, source.client);
  if (refused.length > 0) return reportFaults(terminal, refused);
  const { gathered, before } = await withStateBefore(options, terminal, source);
  const judged = findViolations(gathered, parameters, before);
  const faults = [...gathered.fleet.faults, ...(before?.faults ?? []), ...judged.faults];
  const report: Report = {
    rules: knownRules,
    checked: judged.checked.map(({ object, place }) => ({ object: identityOf(object), ...place })),
    findings: judged.findings,
    faults,
    failOn: options.failOn,
    directory: process.cwd(),
  };
  terminal.out(await reportText(terminal, options, report));
  const listener = options.output === 'github' ? withoutCommands(terminal) : terminal;
  if (!reportProblems(listener, options, gathered, faults)) {
    return exitCodes.incomplete;
  }
  const failed = report.findings.some(({ severity }) => atLeast(severity, options.failOn));
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

async function reportText(
  terminal: Terminal,
  { output }: PolicyCheckOptions,
  report: Report,
): Promise<string> {
  switch (output) {
    case 'sarif':
      return sarif(report);
    case 'junit':
      return (await import('../output/junit.ts')).junit(report);
    case 'github':
      return github(report);
    default:
      return render(output, answer(terminal, report, output === 'wide'));
  }
}

function answer(terminal: Terminal, { findings, checked }: Report, wide: boolean): Answer {
  const summary = { checked: checked.length, findings: findings.length, byRule: countByRule(findings) };
  return {
    kind: 'PolicyReport',
    content: () => ({ summary, findings }),
    names: () => [...new Set(findings.map(({ object }) => object))].map(nodeName),
    text: () => findingsText(terminal, findings, checked.length, wide),
  };
}
