import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import type { NetworkInput } from '../../core/network/question.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { networkInputs } from './networks.ts';
import { opa, testWithOPA } from './opa.ts';
import { type AnyPod, admits, everyPod, isAuthorised, waysIn } from './oracle.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 1000);
const judge = createJudge();

/** A network before and after one edit of one policy. */
type Edit = { readonly before: NetworkInput; readonly after: NetworkInput };

const edits = fc
  .tuple(networkInputs, networkInputs, fc.nat(), fc.constantFrom('add', 'remove', 'replace', 'more', 'move'))
  .map(([before, other, at, how]): Edit => {
    const { policies } = before;
    const [donor] = other.policies;
    const index = policies.length === 0 ? 0 : at % policies.length;
    const chosen = policies[index];
    const rest = policies.filter((_, each) => each !== index);
    const from = donor ?? { metadata: { namespace: 'n1', name: 'added' } };
    const added = { ...from, metadata: { ...from.metadata, name: 'added' } } as NetworkPolicy;
    const after = {
      add: [...policies, added],
      remove: rest,
      replace: chosen === undefined ? [added] : [...rest, { ...added, metadata: chosen.metadata }],
      more: chosen === undefined ? [] : [...rest, withRules(chosen, donor)],
      move: policies.toReversed().map(reversed),
    }[how] as readonly NetworkPolicy[];
    return { before, after: { ...before, policies: after } };
  });

function withRules(policy: NetworkPolicy, donor: NetworkPolicy | undefined): NetworkPolicy {
  const ingress = [...(donor?.spec?.ingress ?? []), ...(policy.spec?.ingress ?? [])];
  return { ...policy, spec: { ...policy.spec, ingress } };
}

function reversed(policy: NetworkPolicy): NetworkPolicy {
  if (!policy.spec?.ingress) return policy;
  const ingress = policy.spec.ingress
    .toReversed()
    .map(rule => (rule.from ? { ...rule, from: rule.from.toReversed() } : rule));
  return { ...policy, spec: { ...policy.spec, ingress } };
}

const samples = fc.sample(edits, { seed, numRuns });
const principals = { tasks: 'controller', public: 'monitoring' } as const;

test(`an edit is refused where somebody gains a way, and nowhere else, over ${numRuns} edits of seed ${seed}`, t => {
  const counts = { worse: 0, same: 0, undecided: 0, refused: 0 };
  for (const { before, after } of samples) {
    const found = judge.networkWorse(after, before);
    if (!found.ok) throw new Error(`${found.error}: ${JSON.stringify({ before, after })}`);
    for (const [target, { ports, hostNetwork }] of after.targets.entries()) {
      if (hostNetwork) continue;
      for (const { port, guard } of ports) {
        if (guard === undefined) continue;
        const about = JSON.stringify({ target, port, before, after });
        const said = found.value.filter(
          each =>
            each.target === target && each.details.port === port && each.rule === `netpol-${guard}-port`,
        );
        const gained = everyPod(after).filter(
          pod =>
            isOpen(after, target, port, pod) &&
            !isOpen(before, target, port, pod) &&
            !friend(after, guard, port)(pod),
        );
        const errors = said.filter(({ severity }) => severity === 'error');
        if (gained.length > 0) {
          counts.worse += 1;
          if (errors.length === 0 && said.length > 0) counts.undecided += 1;
          t.true(errors.length > 0 || said.length > 0, about);
        } else {
          counts.same += 1;
          // What is opened to addresses no pod tells of.
          t.deepEqual(errors.filter(onlyPods), [], about);
        }
        counts.refused += errors.length;
      }
    }
  }
  t.log(counts);
});

testWithOPA('OPA says of every edit what wasm says', t => {
  const asked = samples.slice(0, 300);
  const theirs = askOPA(asked);
  asked.forEach(({ before, after }, at) => {
    const ours = judge.networkWorse(after, before);
    t.deepEqual(
      sorted(ours.ok ? ours.value : []),
      sorted(theirs[at] ?? []),
      JSON.stringify({ before, after }),
    );
  });
  t.true(theirs.flat().length > 50);
});

/** Each by a query of its own: over several, `with` inside `with` has been seen to answer by what was asked before. */
function askOPA(edits: readonly Edit[]): NetworkViolation[][] {
  const directory = mkdtempSync(join(tmpdir(), 'edits-'));
  try {
    const files = edits.map(({ before, after }, at) => {
      const file = join(directory, `${at}.json`);
      writeFileSync(file, JSON.stringify({ before: { network: before }, after: { network: after } }));
      return file;
    });
    const { stdout } = opa(
      'exec',
      '--decision',
      'seinode/admission/worse',
      '-b',
      'policies/seinode',
      ...files,
    );
    const { result } = JSON.parse(stdout) as { result: { path: string; result: NetworkViolation[] }[] };
    const byFile = new Map(result.map(each => [basename(each.path), each.result]));
    return files.map(file => byFile.get(basename(file)) ?? []);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function sorted(violations: readonly NetworkViolation[]): string[] {
  return violations
    .map(({ target, rule, severity, field, message }) =>
      JSON.stringify([target, rule, severity, field, message]),
    )
    .toSorted();
}

type Opening = { readonly address?: string; readonly opens: string };

function onlyPods({ details }: NetworkViolation): boolean {
  return !(details.openings as Opening[]).some(({ opens }) => /address/.test(opens));
}

function isOpen(input: NetworkInput, target: number, port: number, pod: AnyPod): boolean {
  const { isolated, ways } = waysIn(input, input.targets[target]!, port);
  return !isolated || ways.some(way => admits(way, pod) === true);
}

function friend({ parameters }: NetworkInput, guard: 'tasks' | 'public', port: number) {
  const friends = [
    parameters[principals[guard]],
    ...parameters.allow.flatMap(({ ports, from }) => (ports.includes(port) ? [from] : [])),
  ];
  return (pod: AnyPod) => friends.some(one => isAuthorised(one, pod));
}
