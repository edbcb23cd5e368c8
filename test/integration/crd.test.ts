import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import { directory } from '../operator/manifests.ts';
import { withControlPlane } from './with-control-plane.ts';

// The first puts our CRD in the place of the one before; the others are asked of ours.
const { test: inOrder, controlPlane, kubectl } = withControlPlane(test.serial);
const fixtures = join(import.meta.dirname, '../fixtures/manifests');
const manifests = readdirSync(fixtures);
const tls = { tls: { secretName: 'a' } };
const imported = (pvcName: string) => ({ dataVolume: { import: { pvcName } } });

inOrder('a fleet of the CRD before is taken over by ours', async t => {
  await kubectl(t, ['create', 'namespace', 'before']);
  for (const manifest of manifests) {
    await kubectl(t, ['create', '-n', 'before', '--validate=ignore', '-f', '-'], {
      input: await bare(t, manifest),
    });
  }
  const more = { sidecar: { port: 0, ...tls }, ...imported('kept'), podLabels: { team: 'core' } };
  await create(t, 'old', more, 'before');
  await kubectl(t, ['apply', '--server-side', '--force-conflicts', '-f', join(directory, 'crd')]);
  t.true(await until(async () => / REASON /.test(await kubectl(t, ['get', 'seinodes', '-n', 'before']))));
  const status = JSON.stringify({ status: { phase: 'Running', conditions: [condition] } });
  for (const name of (await kubectl(t, ['get', 'seinodes', '-n', 'before', '-o', 'name']))
    .trim()
    .split('\n')) {
    await kubectl(t, ['label', name, '-n', 'before', 'seen=yes']);
    await kubectl(t, [
      'patch',
      name,
      '-n',
      'before',
      '--type=merge',
      '-p',
      '{"spec":{"image":"sei:v6.4.0"}}',
    ]);
    await kubectl(t, ['patch', name, '-n', 'before', '--type=merge', '--subresource=status', '-p', status]);
  }
  const rows = await kubectl(t, ['get', 'snode', '-n', 'before']);
  t.regex(rows, /^NAME +PHASE +TLS +REASON +AGE/);
  t.regex(rows, /^old +Running +False +SANsMismatch +(\d+m)?(\d+s)?$/m);
  t.is(rows.trim().split('\n').length, manifests.length + 2);
});

const condition = {
  ...{ type: 'SidecarTLSSecretReady', status: 'False', reason: 'SANsMismatch', message: 'x' },
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

const warnings: Readonly<Record<string, RegExp>> = {
  'pacific-1-state-syncer.yaml': /unknown field "spec\.genesis".*unknown field "spec\.storage"/s,
};
for (const manifest of manifests) {
  inOrder(
    `${manifest} is accepted${warnings[manifest] ? ', with a warning for what the CRD does not have' : ''}`,
    async t => {
      const args = ['apply', '--validate=warn', '-f', join(fixtures, manifest)];
      const { code, stdout, stderr } = await controlPlane().kubectl(args);
      t.is(code, 0, stderr);
      t.regex(stdout, /^seinode\.sei\.io\/.* created\n$/);
      t.regex(stderr, warnings[manifest] ?? /^$/);
    },
  );
}

const immutable =
  /spec\.sidecar\.tls is immutable; delete \+ recreate the SeiNode to change TLS configuration/;
const neverUnset = /spec\.dataVolume\.import cannot be unset once it is set/;
const fixed = /pvcName: Invalid value: .*cannot be changed; delete and recreate the SeiNode/;
const edits: readonly (readonly [string, object, object | null, RegExp?])[] = [
  ['tls added', {}, { sidecar: tls }, immutable],
  ['tls added to a sidecar', { sidecar: { port: 7778 } }, { sidecar: tls }, immutable],
  ['tls changed', { sidecar: tls }, { sidecar: { tls: { secretName: 'b' } } }, immutable],
  ['tls removed', { sidecar: tls }, { sidecar: { tls: null } }, immutable],
  ['tls removed with its sidecar', { sidecar: tls }, { sidecar: null }, immutable],
  ['the image of a sidecar under TLS changed', { sidecar: tls }, { sidecar: { image: 'x' } }],
  ['a sidecar without TLS removed', { sidecar: { port: 7778 } }, { sidecar: null }],
  ['a sidecar without TLS added', {}, { sidecar: { image: 'x' } }],
  ['an import added', {}, imported('a')],
  ['an import added to a volume', { dataVolume: {} }, imported('a')],
  ['an import added under TLS', { sidecar: tls }, imported('a')],
  ['an import unset', imported('a'), { dataVolume: { import: null } }, neverUnset],
  ['an import dropped with its volume', imported('a'), { dataVolume: null }, neverUnset],
  ['the volume of an import changed', imported('a'), imported('b'), fixed],
  ['something else changed beside an import', imported('a'), { image: 'sei:v6.4.0' }],
  ['an empty volume dropped', { dataVolume: {} }, { dataVolume: null }],
  ['spec removed', { sidecar: tls }, null, /spec cannot be removed/],
];
for (const [index, [how, before, after, refused]] of edits.entries()) {
  inOrder(`${how}: ${refused === undefined ? 'allowed' : 'refused'}`, async t => {
    await create(t, `edit-${index}`, before);
    const args = ['patch', 'seinode', `edit-${index}`, '--type=merge', '-p', JSON.stringify({ spec: after })];
    const { code, stderr } = await controlPlane().kubectl(args);
    t.is(code, refused === undefined ? 0 : 1, stderr);
    t.regex(stderr, refused ?? /^$/);
  });
}

inOrder('what is refused is refused before it exists too', async t => {
  for (const spec of [
    { fullNode: null },
    { archive: {} },
    { fullNode: null, replayer: { snapshot: { s3: { targetHeight: 1 } } } },
  ]) {
    const { code, stderr } = await controlPlane().kubectl(['create', '-f', '-'], {
      input: seinode('refused', spec),
    });
    t.is(code, 1);
    t.regex(
      stderr,
      /exactly one of fullNode, archive, replayer and validator must be set|a replayer needs peers/,
    );
  }
});

async function bare(t: ExecutionContext, manifest: string): Promise<string> {
  const args = [
    'create',
    '--dry-run=client',
    '--validate=ignore',
    '-o',
    'json',
    '-f',
    join(fixtures, manifest),
  ];
  const { metadata, ...rest } = JSON.parse(await kubectl(t, args));
  return JSON.stringify({ ...rest, metadata: { name: metadata.name } });
}

function seinode(name: string, more: object, namespace = 'default'): string {
  const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...more };
  return JSON.stringify({
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace },
    spec,
  });
}

function create(t: ExecutionContext, name: string, more: object, namespace?: string): Promise<string> {
  return kubectl(t, ['create', '-f', '-'], { input: seinode(name, more, namespace) });
}
