import pLimit from 'p-limit';
import { ClusterError } from '../../cluster/error.ts';
import type { TLSSetting } from '../../core/toggle/manifest.ts';
import { UsageError } from '../errors.ts';
import { liveNamespace, readLive } from '../live.ts';
import { printPlans } from '../output/toggle-plan.ts';
import { explanationOf, formatResults } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { begin } from '../toggle/drive.ts';
import { maxUnavailable, sameFlags, type ToggleOptions } from '../toggle/options.ts';
import { type Prepared, prepare, type Request } from '../toggle/prepare.ts';
import { exitCodeOf, type Result } from '../toggle/report.ts';
import { confirmed, openSession, type Session } from '../toggle/session.ts';

/** `tls enable NODE… --secret NAME`: TLS of a Secret, by delete and recreate; the volume is kept. */
export function tlsEnable(options: ToggleOptions, terminal: Terminal): Promise<number> {
  if (!options.secret) throw new UsageError('--secret "" names no Secret; write --secret NAME');
  return toggle(options, options.secret, terminal);
}

/** `tls disable NODE…`: no TLS, by delete and recreate; the volume is kept. */
export function tlsDisable(options: ToggleOptions, terminal: Terminal): Promise<number> {
  return toggle(options, null, terminal);
}

async function toggle(options: ToggleOptions, to: TLSSetting, terminal: Terminal): Promise<number> {
  if (options.filename !== undefined)
    throw new UsageError('only what is in a cluster can be toggled: leave out -f');
  const atOnce = maxUnavailable(options);
  await using session = openSession(options, terminal);
  const requests = await requestsOf(options, session, to);
  const results = await toggleAll(options, session, terminal, requests, atOnce);
  session.progress.stop();
  terminal.out(formatResults(options, results));
  for (const result of results) {
    for (const line of explanationOf(result, sameFlags(options, result.namespace))) terminal.error(line);
  }
  return exitCodeOf(results);
}

/** The nodes that are meant. @throws UsageError where none is. */
async function requestsOf(options: ToggleOptions, { client }: Session, to: TLSSetting): Promise<Request[]> {
  const { nodes, selector, fieldSelector, noVerify, ignoreDefaultSize } = options;
  const rest = { to, verify: !noVerify, ignoreDefaultSize };
  const isSelected = selector !== undefined || fieldSelector !== undefined;
  if (isSelected === nodes.length > 0) throw new UsageError('say which nodes: their names, or -l SELECTOR');
  const namespace = liveNamespace(options, client);
  if (!isSelected) {
    if (namespace === undefined) throw new UsageError('-A names no namespace: say which with -n NAMESPACE');
    return [...new Set(nodes)].map(name => ({ namespace, name, ...rest }));
  }
  const fleet = await readLive(options, client, { names: [], secrets: false });
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
  requests: readonly Request[],
  atOnce: number,
): Promise<Result[]> {
  const limit = pLimit(4);
  const plans = await Promise.all(requests.map(request => limit(() => prepare(session.client, request))));
  printPlans(plans, session.client.where, options, terminal);
  const refused = plans.filter(({ refusals }) => refusals.length > 0);
  const { dryRun } = options;
  if (dryRun === 'client' || (dryRun === 'server' && refused.length === 0)) {
    return plans.map(plan => {
      const isThere = plan.seen.node !== undefined;
      return isThere ? resultOf(plan, plan.already ? 'Unchanged' : 'Planned', { dryRun }) : refusedOf(plan);
    });
  }
  if (refused.length > 0) return plans.map(plan => refusedOf(plan));
  const todo = plans.filter(({ already }) => !already);
  const unchanged = plans.filter(({ already }) => already).map(plan => resultOf(plan, 'Unchanged'));
  if (todo.length === 0) return unchanged;
  const names = todo.map(({ request }) => `${request.namespace}/${request.name}`).join(', ');
  const question = `Delete and create anew ${names} at ${session.client.where}?`;
  const answer = await confirmed(options, terminal, question, session.interrupted);
  if (answer !== 'yes') {
    const left = todo.map(plan => (answer === 'no' ? resultOf(plan, 'NotBegun') : interruptedOf(plan)));
    return [...unchanged, ...left];
  }
  const isOld = !options.yes;
  return [...unchanged, ...(await inTurn(session, todo, atOnce, isOld))];
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
      plan.isValidator ? validators(() => slots(one, plan, index)) : slots(one, plan, index),
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
    return resultOf(plan, 'Refused', { message: error.message });
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
  const message = plan.refusals.join('; ') || 'it has no volume that could be kept';
  return plan.refusals.length > 0 || !plan.journal
    ? resultOf(plan, 'Refused', { message })
    : resultOf(plan, 'NotBegun');
}

function resultOf(
  { request: { namespace, name }, journal }: Prepared,
  outcome: Result['outcome'],
  more: Pick<Result, 'message' | 'dryRun'> = {},
): Result {
  const dryRun = more.dryRun as 'client' | 'server' | undefined;
  return { namespace, name, outcome, ...(journal && { journal }), ...more, ...(dryRun && { dryRun }) };
}
