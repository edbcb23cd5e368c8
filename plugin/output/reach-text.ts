import { objectKey } from '../../core/kubernetes.ts';
import type { Role } from '../../core/network/authorised.ts';
import { type Group, groupsOf } from '../../core/network/groups.ts';
import type { Through } from '../../core/network/question.ts';
import { policyKey, type Reach } from '../../core/network/reach.ts';
import { targetKey } from '../../core/network/targets.ts';
import type { Reached } from '../reach.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { peerText, throughText } from './peer-text.ts';
import type { Section } from './sections.ts';
import type { Cell } from './table.ts';

/**
 * Who reaches each guarded port, for a person: a section a port, targets of which the same is to be said in one.
 *
 * @param wide adds whom each peer means, in the policy's own selectors.
 */
export function reachSections(
  reached: Reached,
  items: Iterable<Reach>,
  terminal: Terminal,
  wide: boolean,
): Section[] {
  const found = new Map<string, Said>();
  for (const reach of items) {
    const rows = reachRows(reached, reach, terminal, wide);
    const { namespace } = reach.target;
    const port = `Port ${reach.port}${purpose(reach)}`;
    const key = JSON.stringify([namespace, port, rows]);
    const same = found.get(key) ?? { namespace, port, rows, pods: [] };
    found.set(key, same);
    same.pods.push(reach.target.name);
  }
  return [...found.values()].map(section);
}

/** What is to be said of a port, and of which pods. */
type Said = {
  readonly namespace: string;
  readonly port: string;
  readonly rows: Section['rows'];
  readonly pods: string[];
};

function section({ namespace, port, rows, pods }: Said): Section {
  return pods.length === 1
    ? { title: `${port} of ${objectKey(namespace, pods[0] ?? '')}`, rows }
    : { title: `${port} of ${pods.length} pods of ${namespace}`, rows: [['pods', pods.join(', ')], ...rows] };
}

function purpose({ guard }: Reach): string {
  return guard === undefined ? '' : guard === 'tasks' ? ' (tasks)' : ' (health and metrics)';
}

/** Who reaches one port of a target: who may, who should not, who is unknown, and by which policies the rest is kept out. */
export function reachRows(
  reached: Reached,
  reach: Reach,
  terminal: Terminal,
  wide: boolean,
): Section['rows'] {
  const groups = groupsOf(reached.question, reach, reached.roleOf);
  const rows = groups
    .map(group => ({ group, kind: kindOf(group, reach) }))
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return [
    ...rows.map(({ group, kind }): [string, Cell] => [
      kind,
      inStyle(terminal, styles[kind], groupText(reached, group, wide)),
    ]),
    closedRow(reached, reach),
  ];
}

type Kind = Role | 'exposed' | 'open' | 'unknown';

const order: readonly Kind[] = ['controller', 'monitoring', 'allowed', 'exposed', 'open', 'unknown'];
const styles: Readonly<Record<Kind, Style>> = {
  controller: 'green',
  monitoring: 'green',
  allowed: 'green',
  exposed: 'red',
  open: 'bold',
  unknown: 'yellow',
};

/** A port that nobody guards is open to whom it is open to. */
function kindOf({ why, role }: Group, { guard }: Reach): Kind {
  if (why !== undefined) return 'unknown';
  return role ?? (guard === undefined ? 'open' : 'exposed');
}

function groupText({ question }: Reached, { through, why, pods }: Group, wide: boolean): string {
  const who = podsText(question.pods, pods);
  if (why !== undefined) return `${who}: ${why}`;
  if (through === undefined) return `${who}: no policy isolates it`;
  const means = wide || pods.size === 0 ? ` (${peerText(question.input, through)})` : '';
  return `${who}, by ${throughText(question.input, through)}${everybody(through)}${means}`;
}

function everybody({ peer }: Through): string {
  return peer === null ? ', which is open to everybody' : '';
}

/** How many pods of which namespaces, and one of them by name. */
function podsText(pods: Reached['question']['pods'], among: Group['pods']): string {
  const counts = [...among].map(([namespace, list]) => `${list.length} of ${namespace}`);
  const [first] = [...among.values()].flat();
  if (first === undefined) return 'no other pod now';
  const all = [...among.values()].reduce((sum, { length }) => sum + length, 0);
  const example = pods[first]?.key ?? '';
  return all === 1 ? example : `${all} pods, such as ${example} (${counts.join(', ')})`;
}

function closedRow({ question }: Reached, { target, reached }: Reach): [string, Cell] {
  const self = question.pods.findIndex(({ key }) => key === targetKey(target));
  const count = reached.denied.length - Number(reached.denied.includes(self));
  const policies = reached.isolatedBy.map(policy => policyKey(question.input, policy)).toSorted();
  if (!reached.isolated) return ['closed', 'to nobody: no policy isolates it'];
  return [
    'closed',
    `to ${count} ${count === 1 ? 'other pod' : 'others'}, isolated by ${policies.join(', ')}`,
  ];
}

function inStyle(terminal: Terminal, style: Style, text: string): Cell {
  return { text, paint: line => paint(terminal, style, line) };
}
