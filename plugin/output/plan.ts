import { objectKey } from '../../core/kubernetes.ts';
import { type Standing, standings } from '../../core/plan/standing.ts';
import { taskKind } from '../../core/plan/tasks.ts';
import { printableLine } from '../../core/printable.ts';
import { conditionOf, type PlannedTask, type SeiNode, type TaskPlan } from '../../core/seinode.ts';
import type { CommonOptions } from '../options.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { nodeName, render } from './render.ts';
import { wrap } from './wrap.ts';

/** The plan of a node in the format asked for. @param now milliseconds since 1970. */
export function formatPlan(
  { output }: Pick<CommonOptions, 'output'>,
  node: SeiNode,
  now: number,
  terminal: Terminal,
): string {
  return render(output, {
    kind: 'NodePlan',
    content: () => planReport(node, now),
    names: () => [nodeName(node.metadata)],
    text: () => planTree(node, now, terminal),
  });
}

/** Where the node and each task stand, a line each, by what it is a line of. The sidecar's time is left out: it passes. */
export function planSteps({ metadata, status }: SeiNode, now: number): ReadonlyMap<string, string> {
  const tasks = status?.plan?.tasks ?? [];
  const lines = standings(status, now).map((standing, at): [string, string] => {
    const { id, type } = tasks[at]!;
    const message = standing.state === 'Running' ? '' : standing.message;
    return [id, printableLine(`${type}  ${standingText({ ...standing, message })}`)];
  });
  const phase = printableLine(`SeiNode ${metadata.name}: ${status?.phase ?? 'no phase yet'}`);
  return new Map([...lines, ['phase', phase]]);
}

function standingText({ state, message }: Standing): string {
  return message === '' ? state : `${state}: ${message}`;
}

function planReport({ metadata, status }: SeiNode, now: number): Readonly<Record<string, unknown>> {
  const { plan } = status ?? {};
  const found = standings(status, now);
  const progressing = conditionOf(status, 'Progressing');
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    phase: status?.phase,
    progressing: progressing && {
      status: progressing.status,
      reason: progressing.reason,
      message: progressing.message,
    },
    plan: plan && {
      id: plan.id,
      phase: plan.phase,
      targetPhase: plan.targetPhase,
      tasks: plan.tasks.map((task, at) => ({ ...taskReport(task), ...found[at] })),
    },
  };
}

function taskReport({ id, type, submittedAt, retryCount, maxRetries }: PlannedTask): object {
  return { id, type, runsOn: taskKind(type)?.runsOn, submittedAt, retryCount, maxRetries };
}

function planTree(node: SeiNode, now: number, terminal: Terminal): string {
  const { metadata, status } = node;
  const name = `SeiNode ${objectKey(metadata.namespace, metadata.name)}`;
  const title = paint(terminal, 'bold', printableLine(`${name}: ${status?.phase ?? 'no phase yet'}`));
  const { plan } = status ?? {};
  const progressing = conditionOf(status, 'Progressing')?.message;
  const why = progressing ? wrap(printableLine(progressing), terminal.width, '  ') : '';
  if (plan === undefined) return `${title}\n${why || '  no plan: no operator has begun one\n'}`;
  const width = Math.max(0, ...plan.tasks.map(({ type }) => printableLine(type).length));
  const found = standings(status, now);
  const lines = plan.tasks.map((task, at) => {
    const isLast = at === plan.tasks.length - 1;
    return taskLine(terminal, task, found[at]!, width, isLast);
  });
  return `${title}\n${planLine(plan)}\n${lines.join('')}`;
}

function planLine(plan: TaskPlan): string {
  const then = plan.targetPhase && plan.phase === 'Active' ? `, then ${plan.targetPhase}` : '';
  return printableLine(`Plan: ${progressOf(plan)}${then}`);
}

/** `Active, 2 of 5 tasks done`. */
export function progressOf({ phase, tasks }: TaskPlan): string {
  const done = tasks.filter(({ status }) => status === 'Complete').length;
  return `${phase}, ${done} of ${tasks.length} tasks done`;
}

const styles: Readonly<Record<Standing['state'], Style | undefined>> = {
  Complete: 'green',
  Failed: 'red',
  Running: 'bold',
  Retrying: 'yellow',
  Waiting: 'yellow',
  Next: 'bold',
  Pending: 'dim',
};

/** A branch, the task and where it stands; what does not fit goes on below, beside the trunk. */
function taskLine(
  terminal: Terminal,
  { type }: PlannedTask,
  standing: Standing,
  column: number,
  isLast: boolean,
): string {
  const branch = `${isLast ? '└' : '├'}─ `;
  const head = `${branch}${printableLine(type).padEnd(column)}  `;
  const style = styles[standing.state];
  const text = printableLine(standingText(standing));
  const lines = wrap(text, terminal.width, ' '.repeat(head.length)).trimEnd().split('\n');
  return lines
    .map((line, at) => {
      const said = line.slice(head.length);
      const before = at === 0 ? head : `${isLast ? ' ' : '│'}`.padEnd(head.length);
      return `${before}${style ? paint(terminal, style, said) : said}\n`;
    })
    .join('');
}
