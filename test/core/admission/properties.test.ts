import test from 'ava';
import fc from 'fast-check';
import type { World } from '../../../core/admission/admission.ts';
import { createAdmission } from '../../../core/admission/admit.ts';
import { judgePolicy } from '../../../core/admission/policy-request.ts';
import { Surroundings } from '../../../core/admission/surroundings.ts';
import { guardedTargets } from '../../../core/findings/network-findings.ts';
import { peersIn } from '../../../core/network/mentions.ts';
import type { Labels, NetworkPolicy } from '../../../core/network/network-policy.ts';
import type { NetworkInput } from '../../../core/network/question.ts';
import type { Target } from '../../../core/network/targets.ts';
import { createJudge } from '../../../wasm/judge.ts';
import type { Case } from '../../netpol/case.ts';
import { networks, policies } from '../../netpol/generate.ts';
import { type AnyPod, admits, isAuthorised, matches, waysIn } from '../../policies/oracle.ts';
import { node, now, request, world } from './world.ts';

const seed = Number(process.env.SEED ?? 20261121);
const numRuns = Number(process.env.RUNS ?? 300);
const judge = createJudge();

/** One policy made, changed, deleted, or its rules turned round. */
type Edit = { readonly world: World; readonly before?: NetworkPolicy; readonly after?: NetworkPolicy };

const how = fc.constantFrom('make', 'change', 'more', 'delete', 'turn', 'copy');
const edits = fc.tuple(networks(), policies(), how).map(([network, other, how]): Edit => {
  const here = inArctic(network.policies);
  const [chosen] = here as [NetworkPolicy];
  const donor = { ...other, metadata: { ...chosen.metadata, name: 'made' } };
  const around = worldOf(network, here);
  const rules = chosen.spec?.ingress ?? [];
  const withRules = (ingress: typeof rules) => ({ ...chosen, spec: { ...chosen.spec, ingress } });
  const changes: Record<typeof how, Omit<Edit, 'world'>> = {
    make: { after: donor },
    copy: { after: { ...chosen, metadata: donor.metadata } },
    change: { before: chosen, after: { ...donor, metadata: chosen.metadata } },
    more: { before: chosen, after: withRules([...rules, ...(other.spec?.ingress ?? [])]) },
    turn: { before: chosen, after: withRules(rules.toReversed()) },
    delete: { before: chosen },
  };
  return { world: around, ...changes[how] };
});

/** Most of them where the nodes are. */
function inArctic(policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies.map((policy, at) =>
    at % 3 === 2 ? policy : { ...policy, metadata: { ...policy.metadata, namespace: 'arctic' } },
  );
}

function worldOf({ namespaces, pods }: Case, policies: readonly NetworkPolicy[]): World {
  const named = (name: string, labels: Labels) => ({ ...labels, 'kubernetes.io/metadata.name': name });
  const spaces = Object.entries(namespaces).map(([name, labels]) => [name, named(name, labels)] as const);
  return world({
    nodes: pods.slice(0, 3).map(({ labels }, at) => node(`n${at}`, { podLabels: labels })),
    network: { policies, pods: [], namespaces: new Map(spaces), caveats: [] },
  });
}

const samples = fc.sample(edits, { seed, numRuns });
const values = [undefined, '', 'a', 'b', 'z'];
const labelSets = values.flatMap(app =>
  values.flatMap(role => values.map(tier => clean({ app, role, tier }))),
);

function clean(labels: Record<string, string | undefined>): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Pods of each kind in the namespaces that there are, and in those that could be made. */
function everyPod({ network }: World, policies: readonly NetworkPolicy[]): AnyPod[] {
  const spaces = [...network.namespaces.values()];
  const made = labelSets.map(labels => ({ ...labels, 'kubernetes.io/metadata.name': 'made-up' }));
  const peers = policies.flatMap(peersIn);
  const unlike = <T>(all: readonly T[], tell: (each: T) => unknown[]) => [
    ...new Map(all.map(each => [tell(each).join(), each])).values(),
  ];
  const madeUp = unlike(made, labels => peers.map(peer => matches(peer.namespaceSelector, labels)));
  const labelled = unlike(labelSets, labels => peers.map(peer => matches(peer.podSelector, labels)));
  return [...spaces, ...madeUp].flatMap(namespaceLabels =>
    labelled.map(labels => {
      const namespace = namespaceLabels['kubernetes.io/metadata.name'] as string;
      return { namespace, namespaceLabels, labels };
    }),
  );
}

/** The ways in to a port of a pod; undefined where everybody gets in. */
function door(policies: readonly NetworkPolicy[], target: Target, port: number) {
  const { isolated, ways } = waysIn({ policies } as NetworkInput, target as never, port);
  return (pod: AnyPod) => !isolated || ways.some(way => admits(way, pod) === true);
}

function sides({ world: { network }, before, after }: Edit): [NetworkPolicy[], NetworkPolicy[]] {
  const edited = (before ?? after)?.metadata;
  const others = network.policies.filter(
    ({ metadata }) => metadata.namespace !== edited?.namespace || metadata.name !== edited?.name,
  );
  return [
    [...others, ...(before ? [before] : [])],
    [...others, ...(after ? [after] : [])],
  ];
}

test(`an edit is refused exactly where a pod gets in that did not, over ${numRuns} edits of seed ${seed}`, t => {
  const counts = { refused: 0, allowed: 0, told: 0 };
  const admit = createAdmission(judge);
  for (const edit of samples) {
    const [before, after] = sides(edit);
    const { parameters, nodes } = edit.world;
    const pods = everyPod(edit.world, [...before, ...after]);
    const gains = guardedTargets(nodes, []).some(target =>
      target.ports.some(({ port, guard }) => {
        const friend = guard === 'tasks' ? parameters.controller : parameters.monitoring;
        const [was, is] = [door(before, target, port), door(after, target, port)];
        return pods.some(pod => is(pod) && !was(pod) && !isAuthorised(friend, pod));
      }),
    );
    const asked = request({ before: edit.before, after: edit.after });
    const about = JSON.stringify(edit);
    const { findings } = judgePolicy(asked, new Surroundings(edit.world), judge);
    const errors = findings.filter(({ violation }) => violation.severity === 'error');
    const opened = errors.filter(({ violation }) => violation.rule !== 'netpol-blocked');
    // Addresses are let in to as well; pods alone are tried here.
    const byPods = opened.filter(({ violation }) => !JSON.stringify(violation.details).includes('address'));
    if (gains) t.true(opened.length > 0, about);
    else t.deepEqual(byPods, [], about);
    const { allowed, warnings } = admit(asked, edit.world, now);
    t.is(allowed, errors.length === 0, about);
    counts[allowed ? (warnings === undefined ? 'allowed' : 'told') : 'refused'] += 1;
  }
  t.log(counts);
  t.true(counts.refused > numRuns / 10 && counts.allowed > numRuns / 10, JSON.stringify(counts));
});
