import test from 'ava';
import { configMaps, namespaces, pods, type Resource, secrets, seiNodes } from '../../../cluster/resource.ts';
import type { Delta } from '../../../core/watch/store.ts';
import { parametersMaps } from '../../../operator/collections.ts';
import { Feed } from '../../../operator/webhook/feed.ts';
import { WorldCopy } from '../../../operator/webhook/world.ts';

const metadata = { name: 'x', namespace: 'a', resourceVersion: '1' };
const delta = (type: 'added' | 'deleted', object: object): Delta => ({
  type,
  key: 'a/x',
  object: { metadata, ...object },
});
const updated = (before: object, object: object): Delta => ({
  ...{ type: 'updated', key: 'a/x' },
  ...{
    before: { metadata, ...before },
    object: { metadata: { ...metadata, resourceVersion: '2' }, ...object },
  },
});

test('of a Secret the pair alone is kept, of a node no status, of a pod what a network asks', t => {
  const feed = new Feed();
  feed.hear(secrets, [
    delta('added', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'a', 'tls.key': 'b', keystore: 'c' } }),
  ]);
  feed.hear(seiNodes, [delta('added', { spec: { image: 'i' }, status: { phase: 'Running' } })]);
  feed.hear(pods, [
    delta('added', { spec: { containers: [{ name: 'c', env: [{ name: 'SECRET' }], ports: [] }] } }),
  ]);
  const texts = feed.take().map(({ object }) => JSON.stringify(object));
  t.notRegex(texts.join(), /keystore|Running|SECRET|resourceVersion/);
  t.regex(texts.join(), /tls.key.*image/);
  t.deepEqual(feed.take(), []);
});

test('a status that was written is no news, and what nobody reads is none either', t => {
  const feed = new Feed();
  t.false(feed.hear(seiNodes, [updated({ spec: {} }, { spec: {}, status: { phase: 'Running' } })]));
  t.false(feed.hear(configMaps as Resource, [delta('added', {})]));
  t.true(feed.hear(seiNodes, [updated({ spec: {} }, { spec: { image: 'i' } })]));
});

test('what came and went between two turns has gone', t => {
  const feed = new Feed();
  feed.hear(seiNodes, [delta('added', { spec: {} }), delta('deleted', { spec: {} })]);
  t.deepEqual(feed.take(), [{ kept: 'nodes', key: 'a/x', object: null }]);
});

test('the world is the same until something changes, and unknown before all is listed', t => {
  const [feed, copy] = [new Feed(), new WorldCopy()];
  const hear = (isComplete: boolean) =>
    copy.hear({ changes: feed.take(), caveats: [], unjudged: null, isComplete });
  hear(false);
  t.is(copy.world, undefined);
  feed.hear(namespaces, [
    {
      type: 'added',
      key: '/a',
      object: { metadata: { name: 'a', labels: { b: 'c' }, deletionTimestamp: 'now' } },
    },
  ]);
  feed.hear(seiNodes, [delta('added', { spec: {} })]);
  hear(true);
  const { world } = copy;
  t.is(copy.world, world);
  t.deepEqual([...world!.network.namespaces], [['a', { b: 'c' }]]);
  t.deepEqual([...world!.terminating!], ['a']);
  t.is(world!.nodes.length, 1);
  feed.hear(seiNodes, [delta('deleted', {})]);
  hear(true);
  t.is(copy.world?.nodes.length, 0);
});

const settings = (text: string) => ({ data: { 'admission.yaml': text } });
for (const [what, text, exempt] of [
  [
    'settings are read',
    'apiVersion: seinode.sei.io/v1\nkind: AdmissionSettings\nexemptNamespaces: [a]',
    ['a'],
  ],
  ['those that cannot be read are the defaults', 'kind: AdmissionSettings\nexemptNamespaces: [a]', []],
  ['so is what is no YAML', '{', []],
] as const) {
  test(`${what}, and who may connect stays what it is by default`, t => {
    const [feed, copy] = [new Feed(), new WorldCopy()];
    feed.hear(parametersMaps, [delta('added', settings(text))]);
    copy.hear({ changes: feed.take(), caveats: [], unjudged: null, isComplete: true });
    t.deepEqual(copy.world?.settings.exemptNamespaces, exempt);
    t.is(copy.world?.unjudged, undefined);
  });
}
