import type { Role } from './authorised.ts';
import type { Question } from './classes.ts';
import type { Opening } from './openings.ts';
import type { Through } from './question.ts';
import type { Reach } from './reach.ts';
import { type GuardedPort, targetKey } from './targets.ts';

/** What a person asks of an answer besides who passes. */
export type Judged = {
  readonly question: Question;
  /** As whom a source is authorised on a port; undefined where it is not. */
  readonly roleOf: (to: GuardedPort, source: number) => Role | undefined;
  /** Whether a rule lets in others than may connect, pods that are not there as well. */
  readonly openingAt: (to: GuardedPort, through: Through) => Opening;
};

/** Sources that have the same answer for the same reason. */
export type Group = {
  /** Through what they pass; undefined where nothing isolates the target, or nobody knows. */
  readonly through: Through | undefined;
  /** Why nobody knows; undefined where they pass. */
  readonly why: string | undefined;
  /** As whom they may; undefined where they should not. */
  readonly role: Role | undefined;
  /** Indexes of pods by namespace; empty where no pod is there that others do not let in first. */
  readonly pods: ReadonlyMap<string, readonly number[]>;
};

/** Groups who reaches a target's port, or may, as a person wants to see them: by what lets them in. */
export function groupsOf(judged: Judged, reach: Reach): Group[] {
  const found = presentGroups(judged, reach);
  const { admits, isolated, isolatedBy, address } = reach.reached;
  const anybody = address(outside);
  const isOpen = isolatedBy.length === 0 && anybody.passes === true;
  const doubted = anybody.passes === 'unknown' && !found.some(({ why }) => why === anybody.why);
  const strangers = found.filter(({ why, role }) => !why && !role);
  const absent = admits.filter(through =>
    judged.openingAt(reach, through) === 'open'
      ? !strangers.some(group => group.through === through)
      : !found.some(group => group.through === through),
  );
  return [
    ...found,
    ...(isOpen && strangers.length === 0 ? [nobody(undefined)] : []),
    ...(doubted ? [{ ...nobody(undefined), why: anybody.why }] : []),
    ...(isolated === true ? absent.map(nobody) : []),
  ];
}

/** An address that no ipBlock holds. */
const outside = -1;

function nobody(through: Through | undefined): Group {
  return { through, why: undefined, role: undefined, pods: new Map() };
}

function presentGroups(
  { question: { pods }, roleOf }: Judged,
  { target, reached, ...to }: Reach,
): readonly Group[] {
  const groups = new Groups();
  const self = targetKey(target);
  const take = (index: number, through: Through | undefined, why: string | undefined) => {
    const pod = pods[index];
    if (pod === undefined || pod.key === self) return;
    groups.of(through, why, roleOf(to, pod.source)).add(pod.namespace, index);
  };
  for (const [at, pod] of reached.from.entries()) take(pod, reached.because[at], undefined);
  for (const { from, why } of reached.unknown) take(from, undefined, why);
  return groups.all;
}

/** Groups by what makes them one. */
class Groups {
  readonly all: (Group & { readonly add: (namespace: string, pod: number) => void })[] = [];
  readonly #known = new Map<Through | string | undefined, Map<Role | undefined, Groups['all'][number]>>();

  of(through: Through | undefined, why: string | undefined, role: Role | undefined): Groups['all'][number] {
    const roles = this.#known.get(why ?? through) ?? new Map();
    this.#known.set(why ?? through, roles);
    const group = roles.get(role) ?? newGroup(through, why, role);
    if (!roles.has(role)) this.all.push(group);
    roles.set(role, group);
    return group;
  }
}

function newGroup(through: Through | undefined, why: string | undefined, role: Role | undefined) {
  const pods = new Map<string, number[]>();
  const add = (namespace: string, pod: number) => {
    const there = pods.get(namespace) ?? [];
    pods.set(namespace, there);
    there.push(pod);
  };
  return { through, why, role, pods, add };
}
