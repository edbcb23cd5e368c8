import { exitCodes } from '../exit-codes.ts';
import { gatherOne } from '../gather-one.ts';
import type { CommonOptions } from '../options.ts';
import { formatPlan } from '../output/plan.ts';
import { reportProblems } from '../output/problems.ts';
import type { Terminal } from '../terminal.ts';

export type PlanOptions = CommonOptions & { readonly node: string; readonly watch: boolean };

/** `plan NODE`: the tasks that bring a node to its phase, and where each stands. */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<number> {
  if (options.watch) return (await import('./plan-watch.ts')).planWatch(options, terminal);
  const needs = { secrets: false, managers: false };
  await using gathered = await gatherOne(options, terminal, options.node, needs);
  const { fleet, nodes, now } = gathered;
  for (const { object } of nodes) terminal.out(formatPlan(options, object, Date.parse(now), terminal));
  return reportProblems(terminal, options, gathered, fleet.faults) ? exitCodes.ok : exitCodes.incomplete;
}
