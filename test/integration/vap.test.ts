import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { modes, type SeiNode } from '../../core/seinode.ts';
import { createJudge } from '../../wasm/judge.ts';
import { until } from '../control-plane/until.ts';
import { applyRules, withoutRules } from './vap/crd.ts';
import {
  ask,
  bindHere,
  judgedHere,
  namespace,
  type Outcome,
  policies,
  typeChecking,
} from './vap/policies.ts';
import { withControlPlane } from './with-control-plane.ts';

// The CRD is silent while the policies are asked, and speaks when it is asked itself: what comes later needs what came before.
const { test: inOrder, controlPlane } = withControlPlane(test.serial);
const judge = createJudge();
const seed = 20261121;
const now = '2026-06-01T00:00:00Z';

type Loose = Record<string, unknown>;

inOrder('the type checker of the API server finds nothing in the policies', async t => {
  await withoutRules(controlPlane());
  for (const [name, labels] of [
    ['here', judgedHere],
    ['elsewhere', {}],
    ['later', {}],
  ] as const) {
    await namespace(controlPlane(), name, labels);
  }
  await bindHere(controlPlane());
  t.deepEqual(
    await typeChecking(controlPlane()),
    Object.fromEntries(policies.map(({ metadata }) => [metadata.name, []])),
  );
  t.true(await until(async () => (await create('here', { fullNode: undefined })).refused !== undefined));
});

// What a node may have been, as it was written.
const befores: readonly (Loose | null | undefined)[] = [
  undefined,
  null,
  {},
  { port: 7000 },
  { tls: null },
  { tls: { secretName: 'a' } },
  { tls: { secretName: 'b' }, image: 'x' },
];
const secrets = [undefined, null, {}, 'a', { secretName: 'a' }, { secretName: 'b' }, { secretName: 'A' }];
const moreSecrets = [{ secretName: 'a', notAField: true }, { secretName: null }, { secretName: '' }, []];
const afters = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(undefined, null, {}) },
  {
    weight: 3,
    arbitrary: fc.record({
      tls: fc.constantFrom(...secrets, ...moreSecrets),
      port: fc.constantFrom(undefined, null, 7777, 7000),
      image: fc.constantFrom(undefined, 'x'),
    }),
  },
);
const images = fc.constantFrom('sei:v6.3.0', 'sei:v6.4.0');
const written = [
  ...befores.flatMap((_, index) => befores.map(after => [index, after, 'sei:v6.3.0'] as const)),
  ...fc.sample(fc.tuple(fc.nat(befores.length - 1), afters, images), { seed, numRuns: 500 }),
];
const peers = [undefined, null, [], [{ static: { addresses: ['a@b:1'] } }]];
const subsets = Array.from({ length: 2 ** modes.length }, (_, bits) =>
  modes.filter((_, index) => bits & (1 << index)),
);
const made = subsets.flatMap(given => peers.map(each => ({ ...modesOf(given), peers: each })));

type Edit = readonly [before: number, after: unknown, image: string];
type Answer = 'refused' | 'allowed';
/** Those of `written` that are SeiNodes by structure. */
let edits: readonly Edit[] = [];
const byPolicies: Record<'edits' | 'made', Answer[]> = { edits: [], made: [] };

inOrder('the policies are asked while the CRD is silent', async t => {
  for (const [index, sidecar] of befores.entries()) {
    for (const name of ['here', 'elsewhere']) {
      t.is((await create(name, { sidecar }, `edited-${index}`, '')).status, 201);
    }
  }
  const taken = await answers(
    written,
    edit => editIn('elsewhere', edit),
    ({ status }) => status !== 200,
  );
  edits = written.filter((_, index) => taken[index] === 'allowed');
  const refused = (rule: string) => (outcome: Outcome) => outcome.refused?.rule === rule;
  byPolicies.edits = await answers(edits, edit => editIn('here', edit), refused('tls-immutable'));
  byPolicies.made = await answers(made, spec => create('here', spec), refused('node-mode'));
});

inOrder(
  'a refusal has the rule, what is wrong in the words of the CRD, how to mend it, and its page',
  async t => {
    const { refused, body, status } = await editIn('here', [5, { tls: { secretName: 'b' } }, 'sei:v6.3.0']);
    t.deepEqual([status, body.reason, refused?.rule], [403, 'Forbidden', 'tls-immutable']);
    t.is(
      refused?.said,
      'spec.sidecar.tls is immutable; delete + recreate the SeiNode to change TLS configuration (it would be changed): put it back, or delete and recreate the SeiNode with its volume kept (set spec.dataVolume.import.pvcName first). See https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/tls-immutable.md',
    );
  },
);

inOrder('what spec.podLabels cannot set is told as Rego tells it', async t => {
  const value = fc.constantFrom('labelled', 'arctic-1', 'node', 'archive', 'other', '');
  const labels = fc.dictionary(fc.constantFrom('sei.io/node', 'sei.io/chain', 'sei.io/role', 'app'), value, {
    maxKeys: 4,
  });
  const mode = fc.constantFrom('fullNode', 'archive', 'validator');
  const samples = fc.sample(fc.tuple(fc.option(labels, { nil: undefined }), mode), { seed, numRuns: 300 });
  const seen = new Set<number>();
  for (const [podLabels, mode] of samples) {
    const spec = { ...modesOf([mode]), podLabels };
    const { status, refused } = await create('here', spec, 'labelled');
    const said = [...(refused?.said ?? '').matchAll(/Overridden: spec\.podLabels sets (\S+),/g)];
    const byRego = violations(seinode('here', 'labelled', spec)).filter(
      ({ details }) => details.reason === 'Overridden',
    );
    t.deepEqual(said.map(([, key]) => key).toSorted(), byRego.map(({ details }) => details.label).toSorted());
    t.is(status, byRego.length > 0 ? 403 : 201, JSON.stringify(spec));
    seen.add(byRego.length);
  }
  t.deepEqual([...seen].toSorted(), [0, 1, 2, 3]);
});

inOrder(
  'labels and status of a node from before the policies can be written, its spec cannot while it is wrong',
  async t => {
    const { call } = controlPlane();
    t.is((await create('later', { fullNode: undefined }, 'old', '')).status, 201);
    await call('PATCH', '/api/v1/namespaces/later', { metadata: { labels: judgedHere } });
    t.true(await until(async () => (await create('later', { fullNode: undefined })).refused !== undefined));
    const path = '/apis/sei.io/v1alpha1/namespaces/later/seinodes/old';
    const patched = async (patch: object, at = path) => (await call('PATCH', at, patch)).status;
    t.is(
      await patched({ metadata: { labels: { seen: 'yes' }, finalizers: ['sei.io/seinode-finalizer'] } }),
      200,
    );
    t.is(await patched({ status: { phase: 'Running' } }, `${path}/status`), 200);
    t.is(await patched({ spec: { image: 'sei:v6.4.0' } }), 403);
    t.is(await patched({ spec: { image: 'sei:v6.4.0', fullNode: {} } }), 200);
    t.is((await call('DELETE', path)).status, 200);
    t.is(await patched({ metadata: { finalizers: null } }), 200);
  },
);

inOrder('a spec that is taken away is refused by whoever is asked', async t => {
  const bare = async (name: string) => {
    const object = (await read('here', name)).body;
    return ask(controlPlane(), 'PUT', pathOf('here', name), { ...object, spec: undefined });
  };
  for (const name of ['edited-0', 'edited-5']) t.is((await bare(name)).status, 403, name);
});

inOrder(
  'Rego, the policies and the CRD by itself decide alike of every edit of spec.sidecar.tls, and of every mode',
  async t => {
    await applyRules(controlPlane());
    const words = (pattern: RegExp) => (outcome: Outcome) =>
      outcome.status === 422 && pattern.test(outcome.body.message);
    const byCRD = {
      edits: await answers(
        edits,
        edit => editIn('elsewhere', edit),
        words(/spec\.sidecar\.tls is immutable; delete \+ recreate the SeiNode to change TLS configuration/),
      ),
      made: await answers(
        made,
        spec => create('elsewhere', spec),
        words(/exactly one of fullNode, archive, replayer and validator must be set|a replayer needs peers/),
      ),
    };
    t.deepEqual(differing(edits, byCRD.edits, byPolicies.edits), []);
    t.deepEqual(differing(made, byCRD.made, byPolicies.made), []);
    const edited = await Promise.all(edits.map(regoOfEdit));
    const judged = made.map(spec => answer(violations(seinode('here', 'new', spec)), 'node-mode'));
    t.deepEqual(differing(edits, edited, byCRD.edits), []);
    t.deepEqual(differing(made, judged, byCRD.made), []);
    enough(t, byCRD.edits, 100);
    enough(t, byCRD.made, 4);
  },
);

function enough(t: ExecutionContext, answers: readonly Answer[], number: number): void {
  for (const kind of ['refused', 'allowed']) {
    const count = answers.filter(each => each === kind).length;
    t.true(count >= number, `${count} ${kind}`);
  }
}

function differing(asked: readonly unknown[], some: readonly Answer[], others: readonly Answer[]): string[] {
  return asked.flatMap((each, index) =>
    some[index] === others[index] ? [] : [`${JSON.stringify(each)}: ${some[index]}, ${others[index]}`],
  );
}

async function answers<T>(
  asked: readonly T[],
  outcome: (each: T) => Promise<Outcome>,
  isRefusal: (outcome: Outcome) => boolean,
): Promise<Answer[]> {
  const result: Answer[] = [];
  for (const each of asked) {
    const came = await outcome(each);
    if (!isRefusal(came) && came.status >= 300)
      throw new Error(`${JSON.stringify(each)}: ${came.body.message}`);
    result.push(isRefusal(came) ? 'refused' : 'allowed');
  }
  return result;
}

async function regoOfEdit(edit: Edit): Promise<Answer> {
  const before = (await read('elsewhere', `edited-${edit[0]}`)).body;
  return answer(violations(edited(before, edit), before), 'tls-immutable');
}

function violations(node: object, before?: object) {
  const found = judge.violations({
    now,
    node: node as SeiNode,
    ...(before && { before: before as SeiNode }),
  });
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

function answer(found: ReturnType<typeof violations>, rule: string): Answer {
  return found.some(violation => violation.rule === rule) ? 'refused' : 'allowed';
}

async function editIn(namespace: string, edit: Edit): Promise<Outcome> {
  const name = `edited-${edit[0]}`;
  const { body } = await read(namespace, name);
  return ask(controlPlane(), 'PUT', `${pathOf(namespace, name)}?dryRun=All`, edited(body, edit));
}

function edited({ spec, ...object }: Loose, [, sidecar, image]: Edit): Loose {
  return { ...object, spec: { ...(spec as Loose), sidecar, image } };
}

function read(namespace: string, name: string): Promise<Outcome> {
  return ask(controlPlane(), 'GET', pathOf(namespace, name));
}

function pathOf(namespace: string, name = ''): string {
  return `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes/${name}`;
}

function create(namespace: string, spec: object, name = 'new', query = '?dryRun=All'): Promise<Outcome> {
  return ask(
    controlPlane(),
    'POST',
    `${pathOf(namespace)}${query}`.replace('/?', '?'),
    seinode(namespace, name, spec),
  );
}

function seinode(namespace: string, name: string, more: object): Loose {
  const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...more };
  return { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace }, spec };
}

function modesOf(given: readonly string[]): Loose {
  const valid = (mode: string) => (mode === 'replayer' ? { snapshot: { stateSync: {} } } : {});
  return Object.fromEntries(modes.map(mode => [mode, given.includes(mode) ? valid(mode) : undefined]));
}
