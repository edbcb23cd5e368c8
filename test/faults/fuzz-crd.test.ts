import test from 'ava';
import { crdInstalled } from '../../core/doctor/crd/installed.ts';
import { crdSchema } from '../../core/doctor/crd/schema.ts';
import { walk } from '../../core/doctor/crd/walk.ts';
import type { CustomResourceDefinition, RuledSchema } from '../../core/doctor/objects.ts';
import { printableLine } from '../../core/printable.ts';
import { crd } from '../core/doctor/healthy.ts';
import type { Random } from '../core/x509/random.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { hostileText } from './fuzz/mutate.ts';

type Loose<T> = { -readonly [Field in keyof T]: T[Field] };

/** What an API server stores has the types of apiextensions/v1: names, rules and labels are free, and how many there are. */
const changes: readonly ((random: Random, schema: Loose<RuledSchema>) => void)[] = [
  (random, schema) => {
    schema.properties = Object.fromEntries([
      ...Object.entries(schema.properties ?? {}),
      [hostileText(random), deep(random.pick([1, 3, 60, 900]))],
    ]);
  },
  (random, schema) => {
    const kept = Object.entries(schema.properties ?? {}).filter(() => random.below(3) > 0);
    schema.properties = Object.fromEntries(kept);
  },
  (random, schema) => {
    const rules = Array.from({ length: random.pick([0, 1, 300]) }, () => ({ rule: hostileText(random) }));
    schema['x-kubernetes-validations'] = rules;
  },
  (_, schema) => {
    delete schema.items;
  },
];

test('of a CRD with anything in it that one may have, doctor says in a sentence what it is', async t => {
  const shipped = JSON.stringify(crd());
  await fuzz(t, {
    who: 'plugin',
    fault: 'a CRD that somebody wrote',
    count: 300,
    whole: 2_000,
    holds: random => {
      const made: Loose<CustomResourceDefinition> = JSON.parse(shipped);
      const [version] = made.spec?.versions ?? [];
      const schemas = walk(version!.schema!.openAPIV3Schema!);
      for (let left = random.pick([1, 2, 8]); left > 0; left--) {
        random.pick(changes)(random, random.pick(schemas)[1]);
      }
      if (random.below(4) === 0) {
        const labels = { 'app.kubernetes.io/version': hostileText(random).slice(0, 63) };
        made.metadata = { ...made.metadata, labels };
      }
      if (random.below(20) === 0) made.spec = { versions: [] };
      if (random.below(20) === 0) delete made.status;
      const said = [crdInstalled(made), crdSchema(made, '1.0.0')];
      // As plugin/output shows it.
      return said
        .map(verdict => noSentence(printableLine(verdict.message)))
        .find(wrong => wrong !== undefined);
    },
  });
});

function deep(levels: number): RuledSchema {
  let schema: RuledSchema = { type: 'string' };
  for (let at = 1; at < levels; at++) schema = { type: 'object', properties: { below: schema } };
  return schema;
}
