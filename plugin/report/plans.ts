import { objectKey } from '../../core/kubernetes.ts';
import { type Standing, standings } from '../../core/plan/standing.ts';
import { progressOf } from '../output/plan.ts';
import type { NodeView } from '../view.ts';
import type { Contents } from './contents.ts';
import { html, type Markup } from './html.ts';
import { badge, counted, facets, section, type Tone } from './parts.ts';

const tones: Readonly<Record<Standing['state'], Tone>> = {
  Complete: 'good',
  Failed: 'bad',
  Running: 'warn',
  Retrying: 'warn',
  Waiting: 'warn',
  Next: 'calm',
  Pending: 'calm',
};

/** The plan of each node, its tasks and where each stands; those that are not complete first. */
export function plansSection({ views, now }: Contents): Markup {
  const planned = views.filter(({ node }) => node.status?.plan !== undefined);
  const isComplete = ({ node }: NodeView) => node.status?.plan?.phase === 'Complete';
  const complete = planned.filter(isComplete);
  const others = planned.filter(view => !isComplete(view));
  const without = views.length - planned.length;
  return section(
    { id: 'plans', title: 'Plans', count: planned.length, none: 'No node has a plan.' },
    others.map(view => planItem(view, Date.parse(now))),
    complete.length > 0 &&
      html`<details class="group"><summary>Those that are complete <span class="count">${counted(complete.length)}</span></summary>${complete.map(view => planItem(view, Date.parse(now)))}</details>`,
    without > 0 && html`<p>Without a plan: ${without}.</p>`,
  );
}

function planItem(view: NodeView, now: number): Markup {
  const { metadata, status } = view.node;
  const plan = status!.plan!;
  const found = standings(status, now);
  const tasks = plan.tasks.map(({ type }, at) => {
    const { state, message } = found[at]!;
    return html`<li>${type} ${badge(tones[state], state)} ${message}</li>`;
  });
  return html`<details class="plan" ${facets(view)}${plan.phase !== 'Complete' && html` open`}><summary><strong>${objectKey(metadata.namespace, metadata.name)}</strong> ${status?.phase ?? 'no phase yet'}; plan ${progressOf(plan)}</summary>
<ol>${tasks}</ol></details>
`;
}
