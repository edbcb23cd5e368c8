import { identityOf } from '../../core/findings/finding.ts';
import { nodeKeysOf } from '../../core/findings/orphans.ts';
import type { Severity } from '../../core/policy.ts';
import type { OwnRules } from '../../wasm/own-rules.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { atLeast, findOrphanViolations, findViolations, type Judged } from '../findings.ts';
import { type Gathered, gather, readFiles } from '../gather.ts';
import type { CommonOptions, ReportFormat } from '../options.ts';
import { orphansOf } from '../orphans.ts';
import { countByRule, findingsText } from '../output/findings.ts';
import { github, withoutCommands } from '../output/github.ts';
import { reportFaults, reportProblems } from '../output/problems.ts';
import { type Answer, objectName, rendered } from '../output/render.ts';
import { type Report, subjectName } from '../output/report.ts';
import { sarif } from '../output/sarif.ts';
import { rulesOf, withOwnRules } from '../own-rules.ts';
import { parametersFor } from '../parameters.ts';
import { knownRules } from '../rules.ts';
import type { Fault, Fleet } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';

export type PolicyCheckOptions = CommonOptions<ReportFormat> & {
  /** Files or directories that hold the state before an edit. */
  readonly before?: readonly string[];
  /** Whether the cluster is the state before the edit that the files make. */
  readonly againstCluster: boolean;
  readonly failOn: Severity;
  /** Rules of one's own beside ours: a bundle of OPA's with their wasm, packed or not. */
  readonly bundle?: string;
  /** File with the PolicyParameters. */
  readonly parameters?: string;
};

/** `policy check`: every rule over every node. */
export async function policyCheck(options: PolicyCheckOptions, terminal: Terminal): Promise<number> {
  checkBefore(options);
  const own = options.bundle === undefined ? undefined : await rulesIn(options.bundle);
  if (own !== undefined && 'message' in own) return reportFaults(terminal, [own]);
  await using source = await gather(options, terminal, [], { children: true, network: 'pods' });
  const { parameters, faults: refused } = await parametersFor(options, terminal, source.client);
  if (refused.length > 0) return reportFaults(terminal, refused);
  const { gathered: found, before, orphans } = await withStateBefore(options, terminal, source);
  const gathered = own ? { ...found, judge: withOwnRules(found.judge, own) } : found;
  const judged = joined(
    findViolations(gathered, parameters, before),
    findOrphanViolations(gathered, orphans, parameters),
  );
  const faults = [...gathered.fleet.faults, ...(before?.faults ?? []), ...judged.faults];
  const report: Report = {
    rules: [...knownRules, ...rulesOf(judged.findings)],
    checked: judged.checked.map(({ object, place }) => ({ object: identityOf(object), ...place })),
    findings: judged.findings,
    faults,
    failOn: options.failOn,
    directory: process.cwd(),
  };
  for (const text of await reportTexts(terminal, options, report)) {
    if ((await terminal.out(text)) === false) break;
  }
  const listener = options.output === 'github' ? withoutCommands(terminal) : terminal;
  const subjects = { ...gathered, nodes: [...gathered.nodes, ...orphans] };
  if (!reportProblems(listener, options, subjects, faults)) {
    return exitCodes.incomplete;
  }
  const failed = report.findings.some(({ severity }) => atLeast(severity, options.failOn));
  return failed ? exitCodes.findings : exitCodes.ok;
}

/** Most ask no rules of their own: what unpacks them is loaded only for these. */
async function rulesIn(bundle: string): Promise<OwnRules | Fault> {
  const { readBundle } = await import('../source/bundle.ts');
  return readBundle(bundle);
}

function joined(nodes: Judged, orphans: Judged): Judged {
  return {
    checked: [...nodes.checked, ...orphans.checked],
    findings: [...nodes.findings, ...orphans.findings],
    faults: [...nodes.faults, ...orphans.faults],
  };
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
): Promise<{ gathered: Gathered; before?: Fleet; orphans: ReturnType<typeof orphansOf> }> {
  const { nodes } = gathered.fleet;
  const orphans = orphansOf(gathered, nodes, options);
  if (options.againstCluster) {
    const { layOverCluster } = await import('../against-cluster.ts');
    const theirs = orphans.flatMap(({ object }) => nodeKeysOf(object));
    const { before, after } = await layOverCluster(options, terminal, gathered, theirs);
    return {
      gathered: { ...gathered, fleet: after },
      before,
      orphans: orphansOf(gathered, [...nodes, ...before.nodes], options),
    };
  }
  return options.before
    ? { gathered, orphans, before: await readFiles('--before', options.before, terminal) }
    : { gathered, orphans };
}

async function reportTexts(
  terminal: Terminal,
  { output }: PolicyCheckOptions,
  report: Report,
): Promise<Iterable<string>> {
  switch (output) {
    case 'sarif':
      return [sarif(report)];
    case 'junit':
      return [(await import('../output/junit.ts')).junit(report)];
    case 'github':
      return [github(report)];
    default:
      return rendered(output, answer(terminal, report, output === 'wide'));
  }
}

function answer(terminal: Terminal, { findings, checked }: Report, wide: boolean): Answer {
  const summary = { checked: checked.length, findings: findings.length, byRule: countByRule(findings) };
  return {
    kind: 'PolicyReport',
    content: () => ({ summary, findings }),
    names: () =>
      [...new Map(findings.map(found => [subjectName(found), found.object])).values()].map(objectName),
    text: () => findingsText(terminal, findings, checked, wide),
  };
}
