import test from 'ava';
import { printableLine } from '../../core/printable.ts';
import { type ConfigMap, configMapOf, holderOf, keptIn } from '../../core/toggle/config-map.ts';
import { decide } from '../../core/toggle/decide.ts';
import { steps } from '../../core/toggle/journal.ts';
import { journal } from '../core/toggle/cases.ts';
import type { Random } from '../core/x509/random.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

const corpus = steps.map(step =>
  configMapOf({
    journal: journal({ step, ...(step === 'Created' && { created: 'u1' }) }),
    lease: {
      holderIdentity: 'alice@laptop 1',
      leaseDurationSeconds: 15,
      renewTime: '2026-01-01T00:00:00.000000Z',
    },
  }),
);

test('a journal with anything done to it is read or is none, and leads to no other node', async t => {
  await fuzz(t, {
    who: 'plugin',
    fault: 'a journal of a toggle that somebody wrote into',
    count: 20_000,
    whole: 60_000,
    holds: random => {
      const map = damaged(random, random.pick(corpus));
      const read = keptIn(map);
      if (!read.ok) return noSentence(read.error);
      const { node, manifest } = read.value.journal;
      const isElsewhere = [node, manifest.metadata].some(
        ({ namespace, name }) => namespace !== 'arctic' || name !== 'n0',
      );
      if (isElsewhere) return `leads to ${node.namespace}/${node.name}`;
      holderOf(read.value.lease);
      const next = decide(read.value.journal, {} as never);
      return 'why' in next ? noSentence(printableLine(next.why)) : undefined;
    },
  });
});

function damaged(random: Random, map: ConfigMap): ConfigMap {
  const data = Object.fromEntries(
    Object.entries(map.data ?? {}).map(([key, text]) => {
      const value = random.below(3) === 0 ? JSON.parse(text) : mutateValue(random, JSON.parse(text));
      const written = JSON.stringify(value) ?? '';
      return [key, random.below(4) === 0 ? mutateText(random, written) : written];
    }),
  );
  return { ...map, data };
}
