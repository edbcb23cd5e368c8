import pLimit from 'p-limit';
import { ClusterError } from '../../cluster/error.ts';
import { printableLine } from '../../core/printable.ts';
import type { TLSSetting } from '../../core/toggle/manifest.ts';
import { settingText } from '../../core/toggle/outline.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { liveNamespace, readLive } from '../live.ts';
import { isForPeople } from '../options.ts';
import { errorLine } from '../output/problems.ts';
import { placeText, planText } from '../output/toggle-plan.ts';
import { explanationOf, formatResults } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { begin } from '../toggle/drive.ts';
import { maxUnavailable, placeOf, sameFlags, type ToggleOptions } from '../toggle/options.ts';
import { isValidator, type Prepared, prepare, type Request } from '../toggle/prepare.ts';
import { exitCodeOf, plannedOf, type Result } from '../toggle/report.ts';
import { confirmed, openSession, type Session } from '../toggle/session.ts';

/** Toggles nodes of a cluster, or shows what would be done. @throws UsageError @throws ClusterError */
export async function toggle(options: ToggleOptions, to: TLSSetting, terminal: Terminal): Promise<number> {
  const atOnce = maxUnavailable(options);
  await using session = openSession(options, terminal);
  const requests = await requestsOf(options, session, to);
  const limit = pLimit(4);
  const plans = await Promise.all(requests.map(request => limit(() => prepare(session.client, request))));
  if (options.dryRun !== 'none') return showPlans(options, options.dryRun, plans, session, terminal);
  const settled = settledOf(plans);
  if (settled === undefined) {
    terminal.error(`${placeText(session.client, terminal)}\n${planText(plans, terminal).trimEnd()}`);
  }
  const results = settled ?? (await toggleAll(options, session, terminal, plans, atOnce));
  session.progress.stop();
  terminal.out(formatResults(options, results));
  const lines = settled
    ? plans.flatMap(refusalLines)
    : results.flatMap(result => explanationOf(result, sameFlags(options, result.namespace)));
  for (const line of lines) terminal.error(line);
  return exitCodeOf(results);
}

/** The plan is the answer; of a node that is not there, there is none. */
function showPlans(
  options: ToggleOptions,
  dryRun: 'client' | 'server',
  all: readonly Prepared[],
  { client }: Session,
  terminal: Terminal,
): number {
  const plans = all.filter(({ seen }) => seen.node !== undefined);
  const results = plans.map(plan => plannedOf(plan, dryRun));
  const text = `${placeText(client, terminal)}\n${planText(plans, terminal)}`;
  terminal.out(formatResults(options, results, text));
  const missing = all.filter(({ seen }) => seen.node === undefined);
  // Where the plan is not seen, what the exit code comes from is.
  const unsaid = dryRun === 'server' && !isForPeople(options) ? all : missing;
  for (const line of unsaid.flatMap(refusalLines)) terminal.error(line);
  return missing.length > 0 || plans.some(({ isPartial }) => isPartial)
    ? exitCodes.incomplete
    : exitCodeOf(results);
}

/** Where nothing is to be done, or one is refused: then none begins. */
function settledOf(plans: readonly Prepared[]): Result[] | undefined {
  const isRefused = plans.some(({ refusals }) => refusals.length > 0);
  if (!isRefused && !plans.every(isSettled)) return undefined;
  return plans.map(plan => {
    if (plan.already) return resultOf(plan, 'Unchanged');
    return plan.refusals.length > 0 ? refusedOf(plan) : resultOf(plan, 'NotBegun');
  });
}

/** Why nothing is done with a node, each reason by itself: they are many at times, and long. */
function refusalLines({ request, already, refusals }: Prepared): string[] {
  const { namespace, name, to } = request;
  if (already) return [printableLine(`SeiNode ${namespace}/${name} has ${settingText(to)} already`)];
  return refusals.map(message => errorLine({ message: `${namespace}/${name}: ${message}` }));
}

function isSettled({ already, refusals }: Prepared): boolean {
  return already || refusals.length > 0;
}

/** The nodes that are meant. @throws UsageError where none is. */
async function requestsOf(options: ToggleOptions, { client }: Session, to: TLSSetting): Promise<Request[]> {
  const { nodes, selector, fieldSelector, noVerify, ignoreDefaultSize } = options;
  const rest = { to, verify: !noVerify, ignoreDefaultSize };
  const namespace = liveNamespace(options, client);
  if (nodes.length > 0) {
    if (namespace === undefined) throw new UsageError('-A names no namespace: say which with -n NAMESPACE');
    return [...new Set(nodes)].map(name => ({ namespace, name, ...rest }));
  }
  const fleet = await readLive(options, client, {
    names: [],
    secrets: false,
    managers: true,
    network: 'none',
    children: false,
  });
  const [fault] = fleet.faults;
  if (fault) throw new ClusterError(fault.message);
  if (fleet.nodes.length === 0) throw new UsageError(`no SeiNode matches ${selector ?? fieldSelector}`);
  return fleet.nodes.map(({ object: { metadata } }) => ({
    namespace: metadata.namespace,
    name: metadata.name,
    ...rest,
  }));
}

async function toggleAll(
  options: ToggleOptions,
  session: Session,
  terminal: Terminal,
  plans: readonly Prepared[],
  atOnce: number,
): Promise<Result[]> {
  const todo = plans.filter(({ already }) => !already);
  const unchanged = plans.filter(({ already }) => already).map(plan => resultOf(plan, 'Unchanged'));
  const question = `Delete and create anew ${todo.map(nameOf).join(', ')} at ${placeOf(session.client)}?`;
  const answer = await confirmed(options, terminal, question, session.interrupted);
  if (answer !== 'yes') {
    const left = todo.map(plan => (answer === 'no' ? resultOf(plan, 'NotBegun') : interruptedOf(plan)));
    return [...unchanged, ...left];
  }
  const isOld = !options.yes;
  return [...unchanged, ...(await inTurn(session, todo, atOnce, isOld))];
}

/** Whoever says yes to many is told once more which of them sign. */
function nameOf(plan: Prepared): string {
  const { namespace, name } = plan.request;
  return `${isValidator(plan) ? 'VALIDATOR' : 'SeiNode'} ${namespace}/${name}`;
}

/** One after the other, or some at once; after the first that fails no other begins. */
async function inTurn(
  session: Session,
  plans: readonly Prepared[],
  atOnce: number,
  isOld: boolean,
): Promise<Result[]> {
  const slots = pLimit(atOnce);
  const validators = pLimit(1);
  let isOver = false;
  const one = async (plan: Prepared, index: number): Promise<Result> => {
    if (isOver) return resultOf(plan, 'NotBegun');
    const { aborted } = session.interrupted;
    const result = aborted ? interruptedOf(plan) : await toggleOne(session, plan, isOld || index > 0);
    isOver ||= result.outcome !== 'Done' && result.outcome !== 'Unchanged';
    return result;
  };
  return Promise.all(
    plans.map((plan, index) =>
      isValidator(plan) ? validators(() => slots(one, plan, index)) : slots(one, plan, index),
    ),
  );
}

/** @param isOld whether something may have changed since it was prepared. */
async function toggleOne(session: Session, plan: Prepared, isOld: boolean): Promise<Result> {
  try {
    const current = isOld ? await prepare(session.client, plan.request) : plan;
    if (current.already) return resultOf(current, 'Unchanged');
    const { journal, seen } = current;
    if (current.refusals.length > 0 || journal === undefined) return refusedOf(current);
    return await begin(session.driver(), journal, seen);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return resultOf(plan, 'Refused', error.message);
  }
}

/** Before anything was written: there is nothing to go on with. */
function interruptedOf({ request: { namespace, name } }: Prepared): Result {
  return {
    namespace,
    name,
    outcome: 'Interrupted',
    message: 'interrupted before it began, nothing is changed',
  };
}

function refusedOf(plan: Prepared): Result {
  return resultOf(plan, 'Refused', plan.refusals.join('; ') || 'it has no volume that could be kept');
}

function resultOf(
  { request: { namespace, name } }: Prepared,
  outcome: Result['outcome'],
  message?: string,
): Result {
  return { namespace, name, outcome, ...(message !== undefined && { message }) };
}
