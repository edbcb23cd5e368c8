import { readFileSync } from 'node:fs';
import { until } from '../control-plane/until.ts';
import {
  apply,
  assertRefused,
  merge,
  namespace,
  node,
  policy,
  validator,
  withWebhook,
} from './webhook-fleet.ts';

const { test, controlPlane, kubectl } = withWebhook(async controlPlane => {
  await apply(controlPlane, [namespace('a')]);
  await apply(controlPlane, [
    ...old.map(({ object }) => object),
    validator('other', 'shared', 'other-node'),
    policy('open', { podSelector: {}, ingress: [{}] }),
  ]);
});

/** Stored before anybody judged, each against one rule; how it would be made worse, and by which rule. */
const old = [
  {
    object: node('modes', { archive: {} }),
    by: 'label-contract',
    rule: 'node-mode',
    worse: { podLabels: { 'sei.io/node': 'x' } },
  },
  {
    object: node('modeless', { fullNode: undefined }),
    by: 'label-contract',
    rule: 'node-mode',
    worse: { podLabels: { 'sei.io/node': 'x' } },
  },
  {
    object: node('labels', { podLabels: { 'sei.io/node': 'x' } }),
    by: 'node-mode',
    rule: 'label-contract',
    worse: { archive: {} },
  },
  {
    object: validator('keys', 'shared', 'own-node'),
    by: 'node-references',
    rule: 'node-references',
    worse: { dataVolume: { import: { pvcName: 'data-other' } } },
  },
  {
    object: node('tls', { sidecar: { tls: { secretName: 'none' } } }),
    by: 'tls-immutable',
    rule: 'tls-secret',
    worse: { sidecar: { tls: { secretName: 'other' } } },
  },
];
const path = (name: string) => `/apis/sei.io/v1alpha1/namespaces/a/seinodes/${name}`;

for (const { object, rule, worse, by } of old) {
  const { name } = object.metadata;
  const what = `seinode/${name}`;

  test(`a node that ${rule} would not let in (${name}) gets status, labels, annotations, finalizers`, async t => {
    for (const args of [
      [...merge(what, { status: { phase: 'Pending' } }), '--subresource=status'],
      ['label', '-n', 'a', what, 'team=x'],
      ['annotate', '-n', 'a', what, 'team=x'],
      merge(what, { metadata: { finalizers: ['a.b/c'] } }),
      merge(what, { metadata: { finalizers: null } }),
    ]) {
      await kubectl(t, args);
    }
  });

  test(`its spec (${name}) may be edited where nothing gets worse`, async t => {
    await kubectl(t, merge(what, { spec: { image: 'sei:v2' } }));
    await kubectl(t, merge(what, { spec: { overrides: { 'app.toml:a': 'b' } } }));
  });

  test(`and is not where it does (${name})`, async t => {
    const { code, stderr } = await controlPlane().kubectl(merge(what, { spec: worse }));
    const { spec } = (await controlPlane().call('GET', path(name))).body as { spec: object };
    t.is(code, 1, JSON.stringify(spec));
    assertRefused(t, stderr, 'seinodes', by, `a/${name}`);
  });
}

test('what the operator itself says of such a node is stored', async t => {
  const phase = async () =>
    ((await controlPlane().call('GET', path('tls'))).body as { status?: { conditions?: object[] } }).status
      ?.conditions;
  t.true(await until(async () => ((await phase())?.length ?? 0) > 0));
  const log = readFileSync(`${controlPlane().directory}/one.log`, 'utf8');
  t.notRegex(log, /denied the request/);
});

test('such a node is mended, and then held to it', async t => {
  await kubectl(t, merge('seinode/modes', { spec: { archive: null } }));
  t.is((await controlPlane().kubectl(merge('seinode/modes', { spec: { archive: {} } }))).code, 1);
});

test('a policy that was open before may be edited, narrowed and deleted', async t => {
  await kubectl(t, merge('networkpolicy/open', { spec: { ingress: [{}, { from: [{ podSelector: {} }] }] } }));
  await kubectl(t, ['delete', '-n', 'a', 'networkpolicy/open']);
});

test('such nodes are deleted', async t => {
  await kubectl(t, ['delete', '-n', 'a', 'seinodes', '--all', '--timeout=180s']);
});
