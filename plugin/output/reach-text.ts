import { objectKey } from '../../core/kubernetes.ts';
import { type Group, groupsOf } from '../../core/network/groups.ts';
import { policyKey, type Reach } from '../../core/network/reach.ts';
import { targetKey } from '../../core/network/targets.ts';
import type { Reached } from '../reach.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { peerText, throughText } from './peer-text.ts';
import { type Kind, kindOf, kinds } from './reach-kind.ts';
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

/** Who reaches the guarded ports of one node: a section each. */
export function inspectedReach(reached: Reached | undefined, terminal: Terminal, wide: boolean): Section[] {
  const title = 'Who can connect';
  if (reached === undefined) return [{ title, rows: [['', 'could not be judged']] }];
  return [...reached.items()].map(reach => ({
    title: `${title} to ${reach.port}${purpose(reach)}`,
    rows: reachRows(reached, reach, terminal, wide),
  }));
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
  const groups = groupsOf(reached, reach);
  const rows = groups
    .map(group => ({ group, kind: kindOf(reached, group, reach) }))
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return [
    ...rows.map(({ group, kind }): [string, Cell] => [
      kind,
      inStyle(terminal, styles[kind], groupText(reached, group, wide)),
    ]),
    ...closedRows(reached, reach),
  ];
}

const styles: Readonly<Record<Kind, Style>> = {
  controller: 'green',
  monitoring: 'green',
  allowed: 'green',
  exposed: 'red',
  open: 'bold',
  'nobody now': 'dim',
  unknown: 'yellow',
};

function groupText({ question }: Reached, { through, why, role, pods }: Group, wide: boolean): string {
  const who = podsText(question.pods, pods);
  if (why !== undefined) return `${pods.size === 0 ? 'everybody' : who}: ${why}`;
  const everybody = role === undefined ? `everybody: ${who}` : who;
  if (through === undefined) return `${everybody}; no policy isolates it`;
  const by = `by ${throughText(question.input, through)}`;
  if (through.peer === null) return `${everybody}, ${by}`;
  const means = peerText(question.input, through);
  return pods.size === 0 ? `${means}, ${by}` : `${who}, ${by}${wide ? ` (${means})` : ''}`;
}

/** How many pods of which namespaces, and one of them by name. */
function podsText(pods: Reached['question']['pods'], among: Group['pods']): string {
  const found = [...among.values()].flat();
  const example = pods[found[0] ?? -1]?.key;
  if (example === undefined) return 'no pod is there';
  if (found.length === 1) return example;
  const [namespace] = among.keys();
  if (among.size === 1) return `${found.length} pods of ${namespace}, such as ${example}`;
  const counts = [...among].map(([namespace, { length }]) => `${length} of ${namespace}`);
  return `${found.length} pods, such as ${example} (${counts.join(', ')})`;
}

function closedRows({ question }: Reached, { target, reached }: Reach): Section['rows'] {
  if (reached.isolated === 'unknown') return [];
  if (!reached.isolated) return [['closed', 'to nobody: no policy isolates it']];
  const self = question.pods.findIndex(({ key }) => key === targetKey(target));
  const count = reached.denied.length - Number(reached.denied.includes(self));
  const policies = reached.isolatedBy.map(policy => policyKey(question.input, policy)).toSorted();
  const whom = count === 1 ? '1 other pod' : `${count === 0 ? 'no' : count} other pods`;
  return [['closed', `to ${whom}, isolated by ${policies.join(', ')}`]];
}

function inStyle(terminal: Terminal, style: Style, text: string): Cell {
  return { text, paint: line => paint(terminal, style, line) };
}
