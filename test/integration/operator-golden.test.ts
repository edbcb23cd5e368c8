import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { isGolden, type Stored } from '../golden/golden.ts';
import type { Place } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();
const manifests = join(import.meta.dirname, '../fixtures/manifests');
const unknownFields = 'Warning: unknown field "spec.genesis"\nWarning: unknown field "spec.storage"\n';

/** What a node has while it bootstraps, and what it has in the end. */
const ofBootstrap = ['job/N-bootstrap', 'service/N'];
const ofNode = ['seinode/N', 'pvc/data-N', 'configmap/N-rbac-proxy-config', 'service/N', 'statefulset/N'];

type Row = { readonly name: string; readonly warnings?: string; readonly bootstraps?: boolean };

const rows: readonly Row[] = [
  { name: 'pacific-1-full-node' },
  { name: 'pacific-1-shadow-replayer', bootstraps: true },
  { name: 'pacific-1-snapshotter' },
  { name: 'pacific-1-state-syncer', warnings: unknownFields },
];

let common: Promise<Place> | undefined;

for (const row of rows) {
  const { name } = row;
  const file = join(manifests, `${name}.yaml`);

  test(`${name}.yaml, as it is, comes to ${name}.yaml`, async t => {
    common ??= inNamespace('default');
    await comesTo(t, row, await common, file);
  });

  test(`${name}.yaml under TLS, in a namespace of its own, comes to ${name}-tls.yaml`, async t => {
    const place = await inNamespace(name.replace('pacific-1', 'tls'));
    await place.provide(await place.pair(place.namesOf(name)), [name]);
    const { metadata, spec, ...rest } = load(readFileSync(file, 'utf8')) as SeiNode;
    const secured = {
      ...rest,
      metadata: { ...metadata, namespace: place.namespace },
      spec: { ...spec, sidecar: { ...spec.sidecar, tls: { secretName: 'n0-tls' } } },
    };
    await comesTo(t, row, place, '-', JSON.stringify(secured));
  });
}

/** Applies a manifest, and holds what comes of it against its golden file. */
async function comesTo(t: ExecutionContext, row: Row, place: Place, file: string, input = ''): Promise<void> {
  const { name, warnings = '', bootstraps = false } = row;
  const { exits } = bed().said;
  // Its bootstrap is looked at before it ends.
  exits.set(place.key(name), undefined);
  const applied = await bed().controlPlane.kubectl(['apply', '--validate=warn', '-f', file], { input });
  t.deepEqual(applied, { code: 0, stdout: `seinode.sei.io/${name} created\n`, stderr: warnings });
  await place.awaits('there', () => place.found(seiNodes, name) !== undefined);
  if (bootstraps) await place.says('Progressing', 'True TaskWaiting', /await-bootstrap-complete/, name);
  const before = bootstraps ? await stored(t, place, name, ofBootstrap) : [];
  exits.delete(place.key(name));
  bed().kubelet.probe();
  await place.runs(name);
  // The conditions that may come last.
  await place.says('SidecarReady', 'True Ready', undefined, name);
  await place.says('SidecarNetworkPolicyReady', 'False Open', undefined, name);
  await place.says('PeersCurrent', 'True PeersApplied', undefined, name);
  const golden = file === '-' ? `${name}-tls.yaml` : `${name}.yaml`;
  isGolden(t, golden, [...before, ...(await stored(t, place, name, ofNode))]);
}

/** Those of a node's objects that there are, as the API server keeps them. */
async function stored(
  t: ExecutionContext,
  { namespace }: Place,
  name: string,
  objects: readonly string[],
): Promise<Stored[]> {
  const wanted = objects.map(object => object.replace('N', name));
  const args = ['get', ...wanted, '--ignore-not-found', '-n', namespace, '-o', 'json'];
  const { code, stdout, stderr } = await bed().controlPlane.kubectl(args);
  t.is(code, 0, stderr);
  return JSON.parse(stdout).items;
}
