import test from 'ava';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { createJudge } from '../../wasm/judge.ts';
import { whyNoGo } from '../go-program.ts';
import { testWithOPA } from '../policies/opa.ts';
import { requires } from '../requires.ts';
import { type Case, nameOf } from './case.ts';
import { requestCases as cases } from './cases/requests.ts';
import { findWith } from './engines/core.ts';
import { askGatekeeper, isDenied } from './engines/gatekeeper.ts';
import { askOPA } from './engines/opa-eval.ts';
import { askPolicyCheck } from './engines/policy-check.ts';
import { admitWith, rulesOf } from './engines/webhook.ts';
import { cellOf, type Engine, rows, subjectOf } from './table.ts';

const testWithGo = requires('Go, to build what asks Gatekeeper', whyNoGo() === undefined);
const judge = createJudge();
const answers = cases.map(one => admitWith(judge, one));
const denied = answers.map(answer => rulesOf(answer, 'denied'));

testWithOPA('with opa eval the webhook answers every request as with wasm', t => {
  const byOPA = askOPA(cases, admitWith);
  for (const [index, answer] of byOPA.entries()) t.deepEqual(answer, answers[index], cases[index]?.name);
});

testWithGo('Gatekeeper refuses what the webhook refuses, each but for what it does not judge', t => {
  const found = askGatekeeper(cases).map(answer => answer.filter(isDenied).map(({ rule }) => rule));
  const differences = cases.flatMap((one, index) => {
    const judged = rows.filter(
      rule => !passes('webhook', rule, one) && !passes('Gatekeeper admission', rule, one),
    );
    const [webhook, gatekeeper] = [denied[index]!, found[index]!].map(rules =>
      judged.filter(rule => rules.includes(rule)),
    );
    const isMore = webhook!.some(rule => !gatekeeper!.includes(rule));
    const isLess = webhook!.length === 0 && gatekeeper!.length > 0;
    return isMore || isLess ? [{ name: one.name, webhook, gatekeeper }] : [];
  });
  t.deepEqual(differences.slice(0, 10), []);
  silent(t.deepEqual, 'Gatekeeper admission', found);
});

test('the webhook refuses nothing by a rule that it passes', t => {
  silent(t.deepEqual, 'webhook', denied);
  t.log(`${cases.length} requests, ${denied.filter(rules => rules.length > 0).length} refused`);
});

test('what the webhook refuses policy check finds afterwards, and what it finds anew the webhook refuses', t => {
  cases.forEach((one, index) => {
    const [before, after] = [
      errorsOf({ ...one, objects: objectsBefore(one) }),
      errorsOf({ ...one, objects: objectsAfter(one) }),
    ];
    const there = new Set([...after].map(ruleIn));
    // Of pods whose node is not in sight the audit tells.
    const anew = new Set(
      [...after].filter(each => !before.has(each) && each.includes(' SeiNode ')).map(ruleIn),
    );
    const [refused, told] = [denied[index]!, rulesOf(answers[index]!, 'warned')];
    for (const rule of refused)
      t.true(rule === 'tls-immutable' || there.has(rule), `${one.name}: ${rule} is refused`);
    for (const rule of anew) {
      t.true(
        passes('webhook', rule, one) || refused.includes(rule) || told.includes(rule),
        `${one.name}: ${rule} is let through`,
      );
    }
  });
});

test('with the state before policy check finds what edits of spec.sidecar.tls the webhook refuses', async t => {
  const edits = cases.filter(({ request }) => request?.oldObject?.kind === 'SeiNode');
  for (const one of edits) {
    const answer = await askPolicyCheck({ ...one, objects: objectsAfter(one) }, objectsBefore(one));
    const isFound = typeof answer !== 'string' && answer.some(({ rule }) => rule === 'tls-immutable');
    t.is(isFound, denied[cases.indexOf(one)]?.includes('tls-immutable') ?? false, one.name);
  }
});

function passes(engine: Engine, rule: string, one: Case): boolean {
  return cellOf(rule, engine).passes?.(one) ?? false;
}

/** No rule that passes a request is one that it is refused by. */
function silent(
  equal: (actual: unknown, expected: unknown) => unknown,
  engine: Engine,
  refused: readonly (readonly string[])[],
): void {
  const spoken = cases.flatMap((one, index) =>
    refused[index]!.filter(rule => passes(engine, rule, one)).map(rule => `${one.name}: ${rule}`),
  );
  equal(spoken.slice(0, 10), []);
}

/** `RULE OBJECT` of the errors in a cluster. */
function errorsOf(one: Case): Set<string> {
  const errors = findWith(judge, one).filter(({ severity }) => severity === 'error');
  // What is on its way out is wrong for nobody any more.
  const leaving = new Set(one.objects.filter(({ metadata }) => metadata.deletionTimestamp).map(nameOf));
  return new Set(
    errors.filter(({ object }) => !leaving.has(object)).map(({ rule, object }) => `${rule} ${object}`),
  );
}

function ruleIn(error: string): string {
  return error.split(' ')[0] as string;
}

function objectsBefore(one: Case): KubernetesObject[] {
  const { oldObject } = one.request ?? {};
  return [...without(one), ...(oldObject ? [oldObject] : [])];
}

function objectsAfter(one: Case): KubernetesObject[] {
  const { object } = one.request ?? {};
  return [...without(one), ...(object ? [object] : [])];
}

function without(one: Case): KubernetesObject[] {
  return one.objects.filter(each => nameOf(each) !== nameOf(subjectOf(one)));
}
