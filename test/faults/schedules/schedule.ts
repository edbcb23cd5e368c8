import { type Random, seeded } from '../../core/x509/random.ts';

/**
 * What happens to the plugin at one of its writes:
 * - `killed before`: the write never reaches the server;
 * - `killed after`: it takes effect, and nobody hears so;
 * - `killed, it comes late`: it reaches the server once another has gone on and ended;
 * - `comes late`: the same, and who sent it lives on.
 */
export type Hit = { readonly how: (typeof hits)[number]; readonly write: number };

/** What a person does, or has done to the machine, beside the toggle. */
export type Deed = (typeof deeds)[number];

/** `kubectl seinode tls …` for the one node of the schedule. */
export type Command = {
  readonly runs: 'enable' | 'disable' | 'resume' | 'abort';
  readonly who: 'alice' | 'bob';
  readonly hit?: Hit;
  /** Right before one of its writes reaches the server. */
  readonly meanwhile?: { readonly deed: Deed; readonly write: number };
  /** Whether what comes next begins as soon as this has begun. */
  readonly alongside: boolean;
};

/** The operator is killed at one of its writes about this node, and stays away for some milliseconds. */
export type OperatorKill = {
  readonly operator: 'killed before' | 'killed after';
  readonly write: number;
  readonly away: number;
};

export type Step = Command | OperatorKill | { readonly deed: Deed };

/** What happens to one node. */
export type Schedule = {
  readonly seed: number;
  /** Whether TLS is on at first; the first command asks for the other. */
  readonly tls: boolean;
  readonly mode: 'fullNode' | 'validator';
  readonly reclaimPolicy: 'Delete' | 'Retain';
  /** Whether toggles end with a handshake. */
  readonly verify: boolean;
  readonly steps: readonly Step[];
  /** What a person runs in the end, until it says that it is done. */
  readonly finally: 'resume' | 'abort';
};

const hits = ['killed before', 'killed after', 'killed, it comes late', 'comes late'] as const;
const deeds = ['edits the node', 'renews the Secret', 'deletes the pod'] as const;
/** No toggle takes more writes, either way. */
const writes = 11;

/** The schedule of a seed, always the same. */
export function scheduleOf(seed: number): Schedule {
  const random = seeded(seed);
  const tls = random.below(2) === 0;
  const first = tls ? 'disable' : 'enable';
  const mode = random.pick(['fullNode', 'fullNode', 'validator'] as const);
  const reclaimPolicy = random.pick(['Delete', 'Delete', 'Delete', 'Retain'] as const);
  const verify = random.below(4) === 0;
  const steps: Step[] = [];
  for (let commands = 2 + random.below(3); commands > 0; commands -= 1) {
    if (random.below(3) === 0) steps.push(operatorKill(random));
    if (random.below(6) === 0) steps.push({ deed: random.pick(deeds) });
    const isFirst = !steps.some(step => 'runs' in step);
    const again = random.pick(['resume', 'resume', 'resume', 'abort', 'abort', 'enable', 'disable'] as const);
    steps.push(command(random, isFirst ? first : again));
  }
  return { seed, tls, mode, reclaimPolicy, verify, steps, finally: random.pick(['resume', 'abort']) };
}

function command(random: Random, runs: Command['runs']): Command {
  const who = random.pick(['alice', 'bob'] as const);
  const hit = { how: random.pick([...hits.slice(0, 2), ...hits]), write: 1 + random.below(writes) };
  const meanwhile = { deed: random.pick(deeds), write: 1 + random.below(hit.write) };
  return {
    ...{ runs, who, alongside: random.below(6) === 0 },
    ...(random.below(5) > 0 && { hit }),
    ...(random.below(5) === 0 && meanwhile.write < hit.write && { meanwhile }),
  };
}

function operatorKill(random: Random): OperatorKill {
  const operator = random.pick(['killed before', 'killed after'] as const);
  return { operator, write: 1 + random.below(12), away: random.pick([0, 0, 500, 3_000]) };
}

/** A line for each step, for who reads of a failure. */
export function textOf({ steps, finally: last, ...node }: Schedule): string {
  return [JSON.stringify(node), ...steps.map(step => JSON.stringify(step)), `finally ${last}`].join('\n');
}
