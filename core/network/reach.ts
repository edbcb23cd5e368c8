import { objectKey } from '../kubernetes.ts';
import { type Admission, admissionsOf } from './admission.ts';
import type { Question, SourcePod } from './classes.ts';
import { type Exit, exitsOf } from './egress.ts';
import type { Caveat } from './network.ts';
import type { NetworkAnswer, NetworkInput, Through } from './question.ts';
import type { GuardedPort, Target } from './targets.ts';

/** Who reaches a port of a target; sources are indexes of pods, sorted. Targets that are alike share one. */
export type Reached = {
  /** Whether a policy isolates the target: none does a pod on its node's network, one that was not read may. */
  readonly isolated: boolean | 'unknown';
  /** Indexes of the policies that isolate it, or would were it an ordinary pod. */
  readonly isolatedBy: readonly number[];
  /** Every rule and peer that lets somebody in, by the policies' names. */
  readonly admits: readonly Through[];
  readonly from: readonly number[];
  /** What lets each of `from` in; empty where the target is not isolated. */
  readonly because: readonly Through[];
  readonly denied: readonly number[];
  readonly unknown: readonly { readonly from: number; readonly why: string }[];
  /** Whether an address outside the cluster reaches it. */
  readonly address: (address: number) => Passage;
};

/** Whether something passes, and through what; undefined where nothing isolates. */
export type Passage =
  | { readonly passes: true; readonly through: Through | undefined }
  | { readonly passes: false }
  | { readonly passes: 'unknown'; readonly why: string };

/** A target's port and who reaches it. The target itself is among the sources it has in common with others. */
export type Reach = GuardedPort & { readonly target: Target; readonly reached: Reached };

/**
 * Says which pods an answer stands for: one item for each target and port, sorted. It only looks up; who meets which
 * selector the rules have said. Items are made one at a time, since all of them would not fit into memory.
 */
export function* reach(question: Question, answer: NetworkAnswer): Generator<Reach> {
  const reachedBy = reaching(question, answer);
  const asked = new Map(answer.ingress.map(to => [`${to.target} ${to.port}`, to]));
  let shared = new Map<Ingress, Reached>();
  let namespace = '';
  for (const { target, index } of question.targets) {
    // Only targets of one namespace are ever alike.
    if (target.namespace !== namespace) shared = new Map();
    namespace = target.namespace;
    for (const guarded of target.ports) {
      const to = asked.get(`${index} ${guarded.port}`);
      if (to === undefined) continue;
      const reached = shared.get(to) ?? reachedBy(to);
      shared.set(to, reached);
      yield { ...guarded, target, reached };
    }
  }
}

type Ingress = NetworkAnswer['ingress'][number];

function reaching(question: Question, answer: NetworkAnswer): (to: Ingress) => Reached {
  const { input, pods } = question;
  const admissions = admissionsOf(question, answer);
  const exits = exitsOf(question, answer);
  const around = sourceCaveats(input);
  return to => {
    const door = doorOf(to, admissions(to), input);
    const bySource = input.sources.map(({ namespace }, source) => ({
      entry: door.source(source),
      exit: exits(source, to.target, to.port),
      doubt: around.get(namespace),
    }));
    const verdict = (pod: SourcePod) => {
      const { entry, exit, doubt } = bySource[pod.source]!;
      return door.doubted(both(entry.passes === false ? door.addresses(pod) : entry, exit, doubt, input));
    };
    return { ...collected(pods.map(verdict), door.isolated), ...door.facts };
  };
}

/** By namespace, why nothing is certain of what leaves it. */
function sourceCaveats({ caveats }: NetworkInput): Map<string, string> {
  return new Map(
    caveats.flatMap(({ namespace, why }) => (namespace === undefined ? [] : [[namespace, why] as const])),
  );
}

/** What a target's policies say of who comes. */
type Door = {
  readonly isolated: boolean;
  readonly facts: Pick<Reached, 'isolated' | 'isolatedBy' | 'admits' | 'address'>;
  readonly source: (source: number) => Passage;
  /** Of a pod that no selector lets in. */
  readonly addresses: (pod: SourcePod) => Passage;
  readonly doubted: (passage: Passage) => Passage;
};

function doorOf(to: Ingress, admissions: readonly Admission[], input: NetworkInput): Door {
  const { hostNetwork = false } = input.targets[to.target] ?? {};
  const open = to.isolatedBy.length === 0;
  const isolated = !open && !hostNetwork;
  const doubted = doubt(to.caveats, hostNetwork);
  const passage = (admission: Admission | undefined): Passage =>
    admission === undefined ? closed : { passes: true, through: isolated ? admission.through : undefined };
  const blocks = admissions.filter(({ block }) => block !== undefined);
  const selecting = admissions.filter(({ sources }) => sources !== undefined);
  const address = (index: number): Passage =>
    open
      ? unguarded
      : passage(
          admissions.find(({ through, block }) => through.peer === null || block?.addresses.has(index)),
        );
  return {
    isolated,
    facts: {
      isolated: open && !hostNetwork && to.caveats.some(hidesPolicies) ? 'unknown' : isolated,
      isolatedBy: to.isolatedBy,
      admits: admissions.map(({ through }) => through),
      address: index => doubted(address(index)),
    },
    source: source => {
      if (open) return unguarded;
      const passed = passage(selecting.find(({ sources }) => sources?.(source)));
      return passed.passes === false && input.sources[source]?.hostNetwork ? onNode : passed;
    },
    addresses: pod => insideBlock(pod, blocks, input),
    doubted,
  };
}

function hidesPolicies(caveat: Caveat): boolean {
  return caveat.hidesPolicies === true;
}

const unguarded: Passage = { passes: true, through: undefined };
const closed: Passage = { passes: false };

/** Why nobody knows of a pod with hostNetwork. */
export const onMachine = 'it is on the network of its machine, whose address no selector means';
const onNode: Passage = unsure(onMachine);

/** A policy's ipBlock may or may not mean a pod: that depends on the network plugin. */
function insideBlock(pod: SourcePod, blocks: readonly Admission[], input: NetworkInput): Passage {
  const holds = ({ block }: Admission) =>
    pod.addresses.length === 0 || pod.addresses.some(address => block?.addresses.has(address));
  const found = blocks.find(holds);
  if (found === undefined) return closed;
  const where = `the ipBlock ${found.block?.cidr} of ${policyKey(input, found.through.policy)}`;
  return unsure(
    pod.addresses.length === 0
      ? `it has no address yet, and ${where} may hold the one it gets`
      : `its address is inside ${where}, which is not meant for pods`,
  );
}

/** What caveats leave of a passage, and a target on the network of its machine. */
function doubt(caveats: readonly Caveat[], hostNetwork: boolean): (passage: Passage) => Passage {
  const sorted = caveats.toSorted((a, b) => (a.why < b.why ? -1 : 1));
  const any = sorted.find(({ effect }) => effect === 'any');
  if (any !== undefined) return () => unsure(any.why);
  const mayOpen = hostNetwork
    ? 'the target is on the network of its machine, which policies of pods do not govern'
    : sorted[0]?.why;
  return passage => (mayOpen !== undefined && passage.passes === false ? unsure(mayOpen) : passage);
}

/** In at the target and out at the source: one that certainly fails decides. */
function both(entry: Passage, exit: Exit, doubt: string | undefined, input: NetworkInput): Passage {
  if (entry.passes === false) return entry;
  if (doubt !== undefined) return entry.passes === 'unknown' ? entry : unsure(doubt);
  if (exit === 'no') return closed;
  if (exit === 'yes' || entry.passes === 'unknown') return entry;
  return unsure(
    `an ipBlock of ${policyKey(input, exit.maybeBy)}, which isolates it for egress, may hold the target`,
  );
}

function unsure(why: string): Passage {
  return { passes: 'unknown', why };
}

/** `NAMESPACE/NAME` of a policy. */
export function policyKey({ policies }: NetworkInput, policy: number): string {
  const { namespace = '', name = '' } = policies[policy]?.metadata ?? {};
  return objectKey(namespace, name);
}

function collected(passages: readonly Passage[], isolated: boolean): Omit<Reached, keyof Door['facts']> {
  const from: number[] = [];
  const because: Through[] = [];
  const denied: number[] = [];
  const unknown: { from: number; why: string }[] = [];
  passages.forEach((passage, pod) => {
    if (passage.passes === false) denied.push(pod);
    else if (passage.passes === 'unknown') unknown.push({ from: pod, why: passage.why });
    else {
      from.push(pod);
      if (isolated && passage.through !== undefined) because.push(passage.through);
    }
  });
  return { from, because, denied, unknown };
}
