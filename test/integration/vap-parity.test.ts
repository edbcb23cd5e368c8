import test, { type ExecutionContext } from 'ava';
import { createJudge } from '../../wasm/judge.ts';
import { until } from '../control-plane/until.ts';
import { type Case, nameOf } from '../parity/case.ts';
import { nodeCases } from '../parity/cases/nodes.ts';
import { requestCases } from '../parity/cases/requests.ts';
import { admitWith, rulesOf } from '../parity/engines/webhook.ts';
import { cellOf, type Engine, subjectOf } from '../parity/table.ts';
import { applyRules, withoutRules } from './vap/crd.ts';
import { ask, bindHere, judgedHere, namespace, type Outcome } from './vap/policies.ts';
import { withControlPlane } from './with-control-plane.ts';

// The CRD is silent while the policies are asked, and speaks when it is asked itself.
const { test: inOrder, controlPlane } = withControlPlane(test.serial);
const judge = createJudge();

const created: readonly Case[] = nodeCases.flatMap(({ name, objects }) =>
  objects.flatMap(object => ({ name, objects: [], request: { operation: 'CREATE' as const, object } })),
);
/** What is asked for SeiNodes of namespace arctic, as test/parity asks the webhook and Gatekeeper. */
const cases = [...created, ...requestCases].filter(one =>
  nameOf(subjectOf(one)).startsWith('SeiNode arctic/'),
);

inOrder('the policies refuse what the webhook refuses, as far as the table says', async t => {
  await withoutRules(controlPlane());
  await namespace(controlPlane(), 'arctic', judgedHere);
  await bindHere(controlPlane());
  // The API server takes each policy up a little later than it is made.
  for (const [rule, one] of firstOf('ValidatingAdmissionPolicy')) {
    t.true(await until(async () => (await send(one))?.refused?.rule === rule), rule);
  }
  await same(t, 'ValidatingAdmissionPolicy', ({ refused }) => refused?.rule);
});

inOrder('the CRD refuses what the webhook refuses, as far as the table says', async t => {
  await applyRules(controlPlane());
  await same(t, 'CRD', ({ status, body }) => (status === 422 ? ruleIn(body.message) : undefined));
});

/** The rule that the CRD says in words of its own; what else it refuses is no rule's. */
function ruleIn(message: string): string {
  if (/spec\.sidecar\.tls is immutable/.test(message)) return 'tls-immutable';
  return /exactly one of .* must be set|a replayer needs peers/.test(message) ? 'node-mode' : 'none';
}

/** For each rule a case that nothing else refuses. */
function firstOf(engine: Engine): ReadonlyMap<string, Case> {
  const single = cases
    .map(one => [expectedOf(one, engine), one] as const)
    .filter(([rules]) => rules.length === 1);
  return new Map(single.toReversed().map(([[rule], one]) => [rule as string, one]));
}

function expectedOf(one: Case, engine: Engine): string[] {
  const denied = rulesOf(admitWith(judge, one), 'denied');
  return denied.filter(rule => !(cellOf(rule, engine).passes?.(one) ?? false));
}

async function same(
  t: ExecutionContext,
  engine: Engine,
  ruleOf: (outcome: Outcome) => string | undefined,
): Promise<void> {
  const counts = { refused: 0, allowed: 0 };
  for (const one of cases) {
    const outcome = await send(one);
    if (outcome === undefined) continue;
    const rule = ruleOf(outcome);
    if (rule === 'none') continue;
    const expected = expectedOf(one, engine);
    const about = `${one.name}: ${outcome.status} ${outcome.body.message ?? ''}`;
    t.true(rule === undefined ? expected.length === 0 : expected.includes(rule), `${about}, not ${expected}`);
    counts[rule === undefined ? 'allowed' : 'refused'] += 1;
  }
  t.log(counts);
  t.true(counts.refused > 20 && counts.allowed > 20);
}

/** Asks for it without doing it; undefined where the API server would not have the node as it was. */
async function send({ request }: Case): Promise<Outcome | undefined> {
  const { object, oldObject } = request ?? {};
  const path = '/apis/sei.io/v1alpha1/namespaces/arctic/seinodes';
  if (oldObject === undefined) return ask(controlPlane(), 'POST', `${path}?dryRun=All`, object);
  const { status, body } = await ask(controlPlane(), 'POST', path, oldObject);
  if (status !== 201) return undefined;
  const its = `${path}/${oldObject.metadata.name}`;
  const edited = {
    ...object,
    metadata: { ...object?.metadata, resourceVersion: body.metadata.resourceVersion },
  };
  const outcome = await ask(controlPlane(), 'PUT', `${its}?dryRun=All`, edited);
  await ask(controlPlane(), 'DELETE', its);
  return outcome;
}
