import test from 'ava';
import {
  type ConfigMap,
  configMapOf,
  journalName,
  keptIn,
  labelValue,
} from '../../../core/toggle/config-map.ts';
import type { Journal } from '../../../core/toggle/journal.ts';
import { journal } from './cases.ts';

const lease = { holderIdentity: 'alice@laptop 1', leaseDurationSeconds: 15 };

function changed(change: (journal: Journal) => object, metadata: object = {}): ConfigMap {
  const map = configMapOf({ journal: journal(), lease });
  const text = JSON.stringify(change(journal()));
  return { ...map, metadata: { ...map.metadata, ...metadata }, data: { ...map.data, 'journal.json': text } };
}

test('what is kept is read as it was', t => {
  const kept = { journal: journal({ deleting: 'u0', to: null }), lease };
  t.deepEqual(keptIn(configMapOf(kept)), { ok: true, value: kept });
});

const elsewhere: readonly (readonly [
  what: string,
  change: (journal: Journal) => object,
  metadata?: object,
])[] = [
  ['another namespace', j => ({ ...j, node: { ...j.node, namespace: 'prod' } })],
  ['another node', j => ({ ...j, node: { ...j.node, name: 'n1' } })],
  [
    'a manifest of another name',
    j => ({ ...j, manifest: { ...j.manifest, metadata: { ...j.manifest.metadata, name: 'n1' } } }),
  ],
  [
    'a manifest of another namespace',
    j => ({ ...j, manifest: { ...j.manifest, metadata: { ...j.manifest.metadata, namespace: 'prod' } } }),
  ],
  ['another number', j => ({ ...j, number: 2 })],
  ['its own namespace, in a ConfigMap of another', j => j, { namespace: 'prod' }],
];
test('a journal that speaks of a node elsewhere is none', t => {
  for (const [what, change, metadata] of elsewhere) {
    const read = keptIn(changed(change, metadata));
    t.like(read, { ok: false }, what);
    t.regex(
      read.ok ? '' : read.error,
      /^ConfigMap \S+ is no journal of a toggle: it speaks of a node elsewhere$/,
      what,
    );
  }
});

const broken: readonly (readonly [what: string, text: string | undefined, error: RegExp])[] = [
  ['nothing', undefined, /journal\.json must be an object|journal\.json /],
  ['no JSON', '{', /is no journal of a toggle: journal\.json/],
  ['a list', '[]', /is no journal of a toggle: journal\.json/],
  ['an object without anything', '{}', /is no journal of a toggle: journal\.json\.\S+/],
  ['a later version', '{"version":2}', /is of version 2: a newer kubectl-seinode wrote it, use that$/],
  ['a step that there is not', JSON.stringify({ ...journal(), step: 'Lost' }), /journal\.json\.step/],
  [
    'a direction that there is not',
    JSON.stringify({ ...journal(), direction: 'up' }),
    /journal\.json\.direction/,
  ],
  [
    'an object of another kind',
    JSON.stringify({ ...journal(), manifest: { ...journal().manifest, kind: 'Pod' } }),
    /journal\.json\.manifest\.kind/,
  ],
];
for (const [what, text, error] of broken) {
  test(`a ConfigMap with ${what} for a journal is none, and says why`, t => {
    const map = changed(j => j);
    const { 'journal.json': _, ...data } = map.data ?? {};
    const read = keptIn({ ...map, data: text === undefined ? data : { ...data, 'journal.json': text } });
    t.regex(read.ok ? '' : read.error, error);
  });
}

for (const length of [1, 52, 63, 64, 200, 201, 253]) {
  test(`names of ${length} characters fit into names and labels`, t => {
    const name = 'n'.repeat(length);
    t.true(journalName(name, 999_999).length <= 253);
    t.true(labelValue(name).length <= 63);
    t.not(journalName(name, 1), journalName(`${name.slice(1)}m`, 1));
    t.not(labelValue(name), labelValue(`${name.slice(1)}m`));
  });
}
