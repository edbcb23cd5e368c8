import test from 'ava';
import fc from 'fast-check';
import type { Facts } from '../../../core/toggle/facts.ts';
import { preflight } from '../../../core/toggle/preflight.ts';
import { at, facts, good } from './facts.ts';

const parameters = { seed: 20260501, numRuns: 3000 };

/** What the API server always sends, and what `gatherFacts` always says. */
const required =
  /^(namespace|name|to|verify|ignoreDefaultSize|now|seen|denied|operator|defaultSize(\..*)?|dryRun\.kind|secret\.verdict(\..*)?|seen\.(pods|verified|[a-zA-Z]+\.metadata(\.(name|namespace))?|node\.(apiVersion|kind|spec)))$/;
const paths = pathsOf(good).filter(path => !required.test(path));

const odd = fc.oneof(
  fc.constant(undefined),
  fc.string(),
  fc.constantFrom('', '0', '-1', '1e99', 'Delete', 'Active', '__proto__', '\u0000'),
);
const changes = fc.array(fc.tuple(fc.constantFrom(...paths), odd), { minLength: 1, maxLength: 6 });

test('odd facts are judged like all others: no throw, and sentences of words', t => {
  let refused = 0;
  const judged = fc.property(changes, list => {
    const change = list.reduce<Facts>((facts, [path, value]) => changed(facts, path, value), good);
    const { refusals, warnings, outline } = preflight(change);
    refused += refusals.length;
    return [...refusals, ...warnings, ...(outline?.steps ?? [])].every(
      text => text.length > 20 && !/\[object|NaN|undefined is/.test(text),
    );
  });
  t.notThrows(() => fc.assert(judged, parameters));
  t.true(refused > parameters.numRuns / 2, String(refused));
});

test('what is refused stays refused, whatever else is wrong', t => {
  const bad = at('seen.claim.metadata.ownerReferences', [{ kind: 'Job', name: 'j', uid: 'j' }]);
  const isClaim = /^(seen\.claim|seen\.node(\.metadata\.uid)?$|seen\.node\.spec)/;
  const judged = fc.property(
    changes.filter(list => !list.some(([path]) => isClaim.test(path))),
    list => {
      const change = list.reduce<Facts>((facts, [path, value]) => changed(facts, path, value), facts(bad));
      return preflight(change).refusals.some(text => text.includes('belongs to Job j'));
    },
  );
  t.notThrows(() => fc.assert(judged, parameters));
});

/** A text stays a text, and a list or an object goes or stays. */
function changed(value: Facts, path: string, to: string | undefined): Facts {
  const keys = path.split('.');
  const before = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], value);
  if (before === undefined || (typeof before !== 'string' && to !== undefined)) return value;
  return facts(at(path, to), value);
}

function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [own, ...pathsOf(inner, own)];
  });
}
