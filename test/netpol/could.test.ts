import test from 'ava';
import fc from 'fast-check';
import { questionOf } from '../../core/network/classes.ts';
import type {
  LabelSelector,
  Labels,
  PodsSelector,
  PolicyParameters,
} from '../../core/network/network-policy.ts';
import type { NetworkViolation } from '../../core/policy.ts';
import { createJudge } from '../../wasm/judge.ts';
import { policy } from './case.ts';

// Who could connect, by trying every pod there could be: two namespaces whose labels are known, one that is not there
// yet with each label it may have, and in each pods with each value that a selector names, another one, or none.
const known: Readonly<Record<string, Labels>> = { arctic: {}, control: { team: 'a' } };
const teams: readonly Labels[] = [{}, { team: 'a' }, { team: 'b' }, { team: 'other' }];
const labels = (key: string): Labels[] => [{}, { [key]: 'a' }, { [key]: 'b' }, { [key]: 'other' }];
const podLabels = labels('app').flatMap(app => labels('role').map(role => ({ ...app, ...role })));
const namespaces = [
  ...Object.entries(known).map(([name, labels]) => named(name, labels)),
  ...teams.map(labels => named('later', labels)),
];
const everyPod = namespaces.flatMap(namespace => podLabels.map(pod => ({ namespace, pod })));
type Possible = (typeof everyPod)[number];

const judge = createJudge();

test('a port is open exactly where some pod that could be there gets in and may not', t => {
  let [open, undecided] = [0, 0];
  const check = (peers: readonly Peer[], parameters: PolicyParameters) => {
    const strangers = everyPod.filter(pod => admits(peers, pod) && !isAuthorised(parameters, pod));
    const found = violations(peers, parameters).filter(({ rule }) => rule === 'netpol-tasks-port');
    if (found.some(({ severity }) => severity === 'warning')) undecided += 1;
    else t.is(found.length, strangers.length === 0 ? 0 : 1, JSON.stringify({ peers, parameters, strangers }));
    open += Number(found.length);
  };
  t.notThrows(() => fc.assert(fc.property(peers(), allParameters(), check), { seed: 8, numRuns: 2000 }));
  t.true(open > 1000 && open < 1950 && undecided < 40, `${open} open, ${undecided} undecided`);
});

test('the pod that an opening gives as example gets in and may not', t => {
  const check = (peers: readonly Peer[], parameters: PolicyParameters) => {
    for (const { details } of violations(peers, parameters)) {
      for (const { example: said } of (details.openings ?? []) as { example: Possible }[]) {
        // Of a namespace that is known its name is enough.
        const labels = known[said.namespace['kubernetes.io/metadata.name'] ?? ''];
        const example = { ...said, namespace: { ...labels, ...said.namespace } };
        t.true(
          admits(peers, example) && !isAuthorised(parameters, example),
          JSON.stringify({ peers, parameters, example }),
        );
      }
    }
  };
  t.notThrows(() => fc.assert(fc.property(peers(), allParameters(), check), { seed: 9, numRuns: 1000 }));
});

test('where none of the controller could get in that is said, as certain only then, and silence means that all could', t => {
  let blocked = 0;
  const check = (peers: readonly Peer[], parameters: PolicyParameters) => {
    const controllers = everyPod.filter(pod => isOf(parameters.controller, pod));
    fc.pre(controllers.length > 0);
    const admitted = controllers.filter(pod => admits(peers, pod));
    const found = violations(peers, parameters).filter(({ rule }) => rule === 'netpol-blocked');
    const text = JSON.stringify({ peers, parameters });
    if (found.length === 0) t.is(admitted.length, controllers.length, text);
    if (found.some(({ severity }) => severity === 'error')) t.is(admitted.length, 0, text);
    blocked += found.length;
  };
  t.notThrows(() => fc.assert(fc.property(peers(), allParameters(), check), { seed: 10, numRuns: 2000 }));
  t.true(blocked > 200, `${blocked} blocked`);
});

type Peer = Partial<PodsSelector>;

/** What the rules say of a node in arctic that one policy isolates, where no pod is there yet. */
function violations(peers: readonly Peer[], parameters: PolicyParameters): readonly NetworkViolation[] {
  const only = policy('arctic', 'only', { podSelector: {}, ingress: [{ from: peers }] });
  const target = { namespace: 'arctic', name: 'n0-0', node: 'n0', labels: {}, hostNetwork: false };
  const ports = [{ port: 8443, guard: 'tasks' as const }];
  const { input } = questionOf(
    { policies: [only], pods: [], namespaces: new Map(Object.entries(known)), caveats: [] },
    [{ ...target, containers: [], initContainers: [], addresses: [], ports }],
    parameters,
  );
  const found = judge.networkViolations(input);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

function admits(peers: readonly Peer[], pod: Possible): boolean {
  const here: LabelSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'arctic' } };
  return peers.some(peer => isOf({ namespaceSelector: here, ...peer }, pod));
}

function isAuthorised({ controller, allow }: PolicyParameters, pod: Possible): boolean {
  return [controller, ...allow.map(({ from }) => from)].some(pods => isOf(pods, pod));
}

function isOf({ namespaceSelector, podSelector = {} }: PodsSelector, { namespace, pod }: Possible): boolean {
  return meets(namespaceSelector, namespace) && meets(podSelector, pod);
}

function meets({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const [has, among] = [labels[key] !== undefined, values.includes(labels[key] ?? '')];
      return { In: among, NotIn: !among, Exists: has, DoesNotExist: !has }[operator];
    })
  );
}

function named(name: string, labels: Labels): Labels {
  return { ...labels, 'kubernetes.io/metadata.name': name };
}

function peers(): fc.Arbitrary<Peer[]> {
  const namespaceSelector = selectorOfNamespaces();
  return fc.array(
    fc.oneof(
      fc.record({ podSelector: selector(['app', 'role']) }),
      fc.record({ namespaceSelector, podSelector: selector(['app', 'role']) }),
      fc.record({ namespaceSelector }),
    ),
    { minLength: 1, maxLength: 2 },
  );
}

/** Close to the peers, so that they often hold each other. */
function allParameters(): fc.Arbitrary<PolicyParameters> {
  const pods = fc.record({
    namespaceSelector: selectorOfNamespaces(),
    podSelector: selector(['app', 'role']),
  });
  const allow = fc.array(
    pods.map(from => ({ ports: [8443], from })),
    { maxLength: 2 },
  );
  return fc.record({ controller: pods, monitoring: pods, allow });
}

function selectorOfNamespaces(): fc.Arbitrary<LabelSelector> {
  const byName = fc.constantFrom(...Object.keys(known)).map(name => ({ matchLabels: named(name, {}) }));
  return fc.oneof(byName, byName, selector(['team']));
}

function selector(keys: readonly string[]): fc.Arbitrary<LabelSelector> {
  const [key, value] = [fc.constantFrom(...keys), fc.constantFrom('a', 'b')];
  const values = fc.uniqueArray(value, { minLength: 1, maxLength: 2 });
  const requirement = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
    fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
  );
  return fc.oneof(
    fc.constant({}),
    fc.record({ matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) }),
    fc.tuple(key, value).map(([key, value]) => ({ matchLabels: { [key]: value } })),
  );
}
