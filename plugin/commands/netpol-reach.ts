import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import { reportFaults, reportProblems } from '../output/problems.ts';
import { printReach } from '../output/reach.ts';
import { type Connection, connections } from '../output/reach-answers.ts';
import { parametersFor } from '../parameters.ts';
import { askReach } from '../reach.ts';
import { chooseTargets, parseNode, type ReachOptions } from '../reach-options.ts';
import { parseSources, resolveSources } from '../reach-sources.ts';
import type { Terminal } from '../terminal.ts';

/** `netpol reach [NODE[:PORT]]`: who can connect, and what lets them. */
export async function netpolReach(options: ReachOptions, terminal: Terminal): Promise<number> {
  const wanted = parseNode(options.node);
  const asked = parseSources(options.from ?? []);
  const needs = { secrets: false, network: 'pods' } as const;
  await using gathered = await gather(options, terminal, wanted ? [wanted.name] : [], needs);
  const { parameters, faults } = await parametersFor(options, terminal, gathered.client);
  if (faults.length > 0) return reportFaults(terminal, faults);
  const targets = chooseTargets(gathered, options, wanted);
  const sources = resolveSources(asked, gathered.fleet.network.pods);
  const network = { ...gathered.fleet.network, pods: sources.pods };
  const answer = askReach(gathered.judge, network, targets, parameters, sources.addresses);
  const missing = wanted !== undefined && targets.length === 0 ? [wanted.name] : [];
  const complete = reportProblems(terminal, options, { ...gathered, nodes: targets, missing }, [
    ...gathered.fleet.faults,
    ...sources.faults,
    ...(answer.ok ? [] : [{ message: answer.error }]),
  ]);
  if (!answer.ok) return exitCodes.incomplete;
  const found = sources.asked(answer.value.question);
  await printReach(options, terminal, answer.value, found);
  if (!complete) return exitCodes.incomplete;
  const { question, items } = answer.value;
  return found.length === 0 ? exitCodes.ok : exitCode(connections(question, items(), found));
}

/** Of several answers the worst: what is unknown may be either. */
function exitCode(found: readonly Connection[]): number {
  const answers = found.map(({ passage }) => passage.passes);
  if (answers.includes('unknown')) return exitCodes.incomplete;
  return answers.includes(false) ? exitCodes.findings : exitCodes.ok;
}
