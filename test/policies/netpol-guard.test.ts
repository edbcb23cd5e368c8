import test from 'ava';
import fc from 'fast-check';
import type { PodsSelector } from '../../core/network/network-policy.ts';
import type { NetworkInput } from '../../core/network/question.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { networkInputs, universe } from './networks.ts';
import { type AnyPod, admits, everyPod, isAuthorised, isKeptIn, type Way, waysIn } from './oracle.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 1000);
const judge = createJudge();

type Opening = {
  readonly policy: string | null;
  readonly rule?: number;
  readonly peer?: number | null;
  readonly opens: string;
  readonly example?: { readonly namespace: Record<string, string>; readonly pod: Record<string, string> };
};

const samples = fc.sample(networkInputs, { seed, numRuns });

/** Each guarded port of each sample, with what the rules say of it. */
function* judged(): Generator<{
  input: NetworkInput;
  target: number;
  port: number;
  guard: 'tasks' | 'public';
  found: NetworkViolation[];
}> {
  for (const input of samples) {
    const violations = judge.networkViolations(input);
    if (!violations.ok) throw new Error(`${violations.error}: ${JSON.stringify(input)}`);
    for (const [target, { ports }] of input.targets.entries()) {
      for (const { port, guard } of ports) {
        if (guard === undefined) continue;
        const found = violations.value.filter(each => each.target === target && each.details.port === port);
        yield { input, target, port, guard, found };
      }
    }
  }
}

const principals = { tasks: 'controller', public: 'monitoring' } as const;

function isFriend(
  { parameters }: NetworkInput,
  guard: 'tasks' | 'public',
  port: number,
): (pod: AnyPod) => boolean {
  const friends = [
    parameters[principals[guard]],
    ...parameters.allow.flatMap(({ ports, from }) => (ports.includes(port) ? [from] : [])),
  ];
  return pod => friends.some(friend => isAuthorised(friend, pod));
}

test(`whoever a policy would let in and who may not connect is found, over ${numRuns} networks of seed ${seed}`, t => {
  const counts = { open: 0, closed: 0, undecided: 0, crowded: 0 };
  for (const { input, target, port, guard, found } of judged()) {
    const [finding] = found.filter(({ rule }) => rule === `netpol-${guard}-port`);
    const openings = (finding?.details.openings ?? []) as Opening[];
    const undecided = (finding?.details.undecided ?? []) as (Opening & { why: string })[];
    const { isolated, ways } = waysIn(input, input.targets[target]!, port);
    const friend = isFriend(input, guard, port);
    const strangers = everyPod(input).filter(pod => !friend(pod));
    const about = `${guard} of target ${target}: ${JSON.stringify({ finding, input })}`;
    if (!isolated) {
      t.is(openings[0]?.policy, null, about);
      continue;
    }
    for (const way of ways) {
      const [opening] = openings.filter(each => isAt(each, way));
      const [doubt] = undecided.filter(each => isAt(each, way));
      const crowded = doubt?.why.includes('more than three') ?? false;
      const isOpen = way.to === null || Boolean(way.to.ipBlock);
      const somebody = isOpen || strangers.some(pod => admits(way, pod));
      if (openings.length > 0) {
        if (opening === undefined) {
          t.true(
            !somebody || isNamedAndUnknown(input, way, strangers) || input.parameters.allow.length > 2,
            `missing ${JSON.stringify(way)} ${about}`,
          );
        }
      } else if (!crowded) t.is(doubt !== undefined, somebody, `${JSON.stringify(way)} ${about}`);
      if (opening) {
        t.true(somebody, `too much: ${JSON.stringify(opening)} ${about}`);
        if (!isOpen) {
          const pod = asPod(opening.example!, input);
          t.true(admits(way, pod), `example ${JSON.stringify(opening)} ${about}`);
          t.false(friend(pod), `example ${JSON.stringify(opening)} ${about}`);
        }
      }
      counts[opening ? 'open' : doubt ? (crowded ? 'crowded' : 'undecided') : 'closed'] += 1;
    }
    t.true(
      openings.every(opening => ways.some(way => isAt(opening, way))),
      about,
    );
  }
  t.log(counts);
  t.true(Math.min(...Object.values(counts)) >= numRuns / 250, JSON.stringify(counts));
});

/** Only in namespaces that are named and whose labels nobody knows may a stranger be. */
function isNamedAndUnknown({ namespaces }: NetworkInput, way: Way, strangers: readonly AnyPod[]): boolean {
  return strangers
    .filter(pod => admits(way, pod))
    .every(({ namespace }) => namespaces[namespace] === undefined);
}

function isAt(opening: Opening, way: Way): boolean {
  return opening.policy === way.policy && opening.rule === way.rule && opening.peer === way.peer;
}

/** An example, with the labels that its namespace has. */
function asPod({ namespace, pod }: NonNullable<Opening['example']>, { namespaces }: NetworkInput): AnyPod {
  const name = namespace['kubernetes.io/metadata.name'] as string;
  return {
    namespace: name,
    namespaceLabels: { ...namespace, ...namespaces[name], 'kubernetes.io/metadata.name': name },
    labels: pod,
  };
}

/** The pods that are there and whom policies select. */
function presentPods({ sources, labelSets, namespaces }: NetworkInput, principal: PodsSelector): AnyPod[] {
  return sources.flatMap(({ namespace, labels, hostNetwork }) => {
    const namespaceLabels = { ...namespaces[namespace], 'kubernetes.io/metadata.name': namespace };
    const pod = { namespace, namespaceLabels, labels: labelSets[labels]! };
    return !hostNetwork && isAuthorised(principal, pod) ? [pod] : [];
  });
}

test(`whoever must get in and cannot is found, over ${numRuns} networks of seed ${seed}`, t => {
  const counts = { silent: 0, certain: 0, maybe: 0 };
  for (const { input, target, port, guard, found } of judged()) {
    const finding = found.find(
      ({ rule, details }) => rule === 'netpol-blocked' && details.direction === 'ingress',
    );
    const { isolated, ways } = waysIn(input, input.targets[target]!, port);
    const about = `${guard} of target ${target}: ${JSON.stringify({ finding, input })}`;
    if (!isolated || ways.some(({ to }) => to?.ipBlock)) {
      t.is(finding, undefined, about);
      continue;
    }
    const principal = input.parameters[principals[guard]];
    const isIn = (pod: AnyPod) => ways.some(way => admits(way, pod));
    const present = presentPods(input, principal);
    const possible = everyPod(input).filter(pod => isAuthorised(principal, pod));
    const asked = present.length > 0 ? present : possible;
    const [someIn, allIn] = [asked.some(isIn), asked.every(isIn)];
    if (present.length > 0) {
      t.is(finding !== undefined, guard === 'tasks' ? !allIn : !someIn, about);
    } else if (finding === undefined) {
      t.true(guard === 'tasks' ? allIn : someIn || asked.length === 0, about);
    } else if (finding.severity === 'error') {
      t.false(someIn, about);
    }
    counts[finding === undefined ? 'silent' : finding.severity === 'error' ? 'certain' : 'maybe'] += 1;
  }
  t.log(counts);
  t.true(Math.min(...Object.values(counts)) > numRuns / 100);
});

test(`whoever is kept in by policies of its own is found, over ${numRuns} networks of seed ${seed}`, t => {
  const counts = { silent: 0, present: 0, nobody: 0 };
  for (const { input, target, port, guard, found } of judged()) {
    const finding = found.find(
      ({ rule, details }) => rule === 'netpol-blocked' && details.direction === 'egress',
    );
    const about = `${guard} of target ${target}: ${JSON.stringify({ finding, input })}`;
    const principal = input.parameters[principals[guard]];
    const isIn = (pod: AnyPod) => isKeptIn(input, pod, input.targets[target]!, port);
    const present = presentPods(input, principal);
    if (present.length > 0) {
      t.is(finding !== undefined, guard === 'tasks' ? present.some(isIn) : present.every(isIn), about);
    } else if (finding !== undefined) {
      t.true(
        everyPod(input)
          .filter(pod => isAuthorised(principal, pod))
          .every(isIn),
        about,
      );
    }
    counts[finding === undefined ? 'silent' : present.length > 0 ? 'present' : 'nobody'] += 1;
  }
  t.log(counts);
  t.true(Math.min(...Object.values(counts)) >= numRuns / 250, JSON.stringify(counts));
});

test('the universe has a value and a namespace that no selector names', t => {
  t.true(JSON.stringify(samples.map(({ policies, parameters }) => [policies, parameters])).includes('"n3"'));
  t.false(/"n4"|"z"/.test(JSON.stringify(samples.map(({ policies, parameters }) => [policies, parameters]))));
  t.true(universe.names.includes('n4'));
});
