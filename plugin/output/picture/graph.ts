import { type Group, groupsOf } from '../../../core/network/groups.ts';
import type { Through } from '../../../core/network/question.ts';
import { onMachine, type Reach } from '../../../core/network/reach.ts';
import type { Reached } from '../../reach.ts';
import { type Kind, kindOf } from '../reach-kind.ts';
import type { Shade } from './colours.ts';
import { type Source, Sources } from './sources.ts';

/** Targets of which the same is to be said. */
export type TargetBox = {
  readonly id: string;
  readonly names: readonly string[];
  readonly ports: readonly { readonly port: number; readonly text: string; readonly shade: Shade }[];
};

export type Edge = {
  readonly from: string;
  readonly to: string;
  /** Absent where the same holds for every port of the box. */
  readonly port: number | undefined;
  readonly text: string;
  readonly shade: Shade;
};

/** Who reaches the targets of one namespace. */
export type Graph = {
  readonly namespace: string;
  readonly sources: readonly Source[];
  readonly targets: readonly TargetBox[];
  readonly edges: readonly Edge[];
};

/** Makes the picture of who reaches the targets of one namespace; targets that are reached alike are one box. */
export function graphOf(reached: Reached, items: Iterable<Reach>): Graph {
  const sources = new Sources(reached.question);
  const byTarget = new Map<string, { readonly name: string; readonly ports: Port[] }>();
  let namespace = '';
  for (const reach of items) {
    ({ namespace } = reach.target);
    const { name } = reach.target;
    const drawn = byTarget.get(name) ?? { name, ports: [] };
    byTarget.set(name, drawn);
    drawn.ports.push(portOf(reached, reach, sources));
  }
  const alike = [...Map.groupBy(byTarget.values(), ({ ports }) => JSON.stringify(ports)).values()];
  const boxes = alike.map((targets, at) => ({
    id: `target${at}`,
    names: targets.map(({ name }) => name),
    ports: targets[0]?.ports ?? [],
  }));
  return { namespace, sources: sources.all(), targets: boxes, edges: boxes.flatMap(edgesTo) };
}

type Port = TargetBox['ports'][number] & { readonly edges: readonly Pick<Edge, 'from' | 'text' | 'shade'>[] };

/** What leads to every port leads to the box. */
function edgesTo({ id, ports }: { readonly id: string; readonly ports: readonly Port[] }): Edge[] {
  const edges = ports.flatMap(({ port, edges }) => edges.map(edge => ({ ...edge, to: id, port })));
  const same = Map.groupBy(edges, ({ from, text, shade }) => `${from} ${shade} ${text}`);
  return [...same.values()].flatMap((alike): Edge[] =>
    ports.length > 1 && alike.length === ports.length ? [{ ...alike[0]!, port: undefined }] : alike,
  );
}

function portOf(reached: Reached, reach: Reach, sources: Sources): Port {
  const edges = groupsOf(reached, reach).flatMap(group => {
    const kind = kindOf(reached, group, reach);
    // A peer that means nobody is no way in, today.
    if (kind === 'nobody now') return [];
    const shade = shadeOf(kind);
    // Every cluster has pods on the network of its machines: that they may come in says little of a port.
    const isUsual = group.why === onMachine;
    return sources.of(group, shade).map(from => ({ from, text: edgeText(reached, group), shade, isUsual }));
  });
  const [worst = 'closed'] = shades.filter(shade =>
    edges.some(edge => edge.shade === shade && !edge.isUsual),
  );
  return {
    port: reach.port,
    text: portText(reach),
    shade: worst,
    edges: edges.map(({ isUsual, ...edge }) => edge),
  };
}

/** The worst first. */
const shades = ['exposed', 'open', 'unknown', 'authorised'] as const satisfies readonly Shade[];

function shadeOf(kind: Kind): Shade {
  return kind === 'exposed' || kind === 'open' || kind === 'unknown' ? kind : 'authorised';
}

/** The policy is in the namespace of the target, which the picture names. */
function edgeText({ question }: Reached, { through, why }: Group): string {
  if (why !== undefined) return 'unknown';
  return through === undefined ? 'no policy isolates it' : placeText(question.input.policies, through);
}

function placeText(
  policies: Reached['question']['input']['policies'],
  { policy, rule, peer }: Through,
): string {
  const name = policies[policy]?.metadata.name ?? '';
  return `${name} ingress[${rule}]${peer === null ? '' : `.from[${peer}]`}`;
}

function portText({ port, guard }: Reach): string {
  return guard === undefined ? `${port}` : `${port} ${guard === 'tasks' ? 'tasks' : 'health, metrics'}`;
}
