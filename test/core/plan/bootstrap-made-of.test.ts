import test from 'ava';
import { isAsSpecSays, madeOf, madeOfAnnotation } from '../../../core/plan/bootstrap-made-of.ts';
import { bootstrapJob, bootstrapOf } from '../../../core/resources/bootstrap.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { settings } from '../resources/nodes.ts';
import { node, tls } from './nodes.ts';

const snapshot = { s3: { targetHeight: 7 }, bootstrapImage: 'sei:v5' };
const spec = { fullNode: { snapshot }, peers: [{ label: { selector: { a: 'b' } } }] };
const keys = { signingKey: { secret: { secretName: 'consensus' } } };
const validator = { fullNode: undefined, validator: { snapshot } };

/** The Job that a node's bootstrap has, as the API server has it. */
function made(subject: SeiNode) {
  const job = bootstrapJob(subject, bootstrapOf(subject)!, settings, 'task');
  if (!job.ok) throw new Error(job.error);
  return { metadata: { annotations: { [madeOfAnnotation]: madeOf(subject, job.value) } } };
}

const rows: readonly (readonly [string, boolean, object, object?])[] = [
  ['nothing', true, {}],
  ['the node’s own image', true, { image: 'sei:v7' }],
  ['an entrypoint', true, { entrypoint: { command: ['seid'] } }],
  ['the keys of a validator', true, { validator: { snapshot, ...keys } }, validator],
  ['the bootstrap image', false, { fullNode: { snapshot: { ...snapshot, bootstrapImage: 'sei:v6' } } }],
  ['the height', false, { fullNode: { snapshot: { ...snapshot, s3: { targetHeight: 8 } } } }],
  ['no bootstrap any more', false, { fullNode: { snapshot: { s3: snapshot.s3 } } }],
  ['another mode', false, validator],
  ['labels', false, { podLabels: { team: 'a' } }],
  ['the sidecar’s image', false, { sidecar: { image: 'sidecar:2' } }],
  ['the sidecar’s port', false, { sidecar: { port: 7000 } }],
  ['the sidecar’s resources', false, { sidecar: { resources: { requests: { cpu: '2' } } } }],
  ['TLS', false, { sidecar: tls }],
  ['the Secret of TLS', false, { sidecar: { tls: { secretName: 'other' } } }, { sidecar: tls }],
  ['overrides', false, { overrides: { 'mempool.size': '0' } }],
  ['the labels of peers', false, { peers: [{ label: { selector: { a: 'c' } } }] }],
  ['peers of another kind', false, { peers: [{ static: { addresses: ['id@host:1'] } }] }],
  ['the volume', false, { dataVolume: { import: { pvcName: 'mine' } } }],
  ['how it is trusted', false, { fullNode: { snapshot: { ...snapshot, trustPeriod: '1h' } } }],
];
for (const [what, goesOn, change, before = {}] of rows) {
  test(`where ${what} changes the bootstrap ${goesOn ? 'goes on' : 'is begun again'}`, t => {
    const former = { ...spec, ...before };
    t.is(isAsSpecSays(node({ ...former, ...change }), made(node(former)), settings), goesOn);
  });
}

test('whom labels select is no other bootstrap', t => {
  const found = node(spec, { resolvedPeers: ['a-0.a.arctic.svc.cluster.local'] });
  t.true(isAsSpecSays(found, made(node(spec)), settings));
});

test('a Job that does not say is of the controller before: nobody knows what it was made of', t => {
  t.false(isAsSpecSays(node(spec), { metadata: {} }, settings));
});
