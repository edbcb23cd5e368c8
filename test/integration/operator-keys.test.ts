import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  configMaps,
  pathOf,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type Resource,
  secrets,
  seiNodes,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { validator } from '../core/resources/nodes.ts';
import type { Place } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

/** Words that are in Secrets and may be nowhere else, nor as Secrets write them. */
const canary = (what: string) => `Canary${what}Sings`;
const half = (what: string) => ({ type: 'tendermint/PrivKeyEd25519', value: canary(what) });
const consensus = JSON.stringify({
  address: canary('Address'),
  pub_key: half('Public'),
  priv_key: half('Private'),
});
const strange = { [`${canary('Entry')}.txt`]: canary('Other') };

/** What is put into a Secret one after the other, and what the operator says of each. */
const contents: readonly (readonly [string, object, string, string])[] = [
  [
    'consensus',
    { 'priv_validator_key.json': `{"address":"${canary('Broken')}` },
    'SigningKeyReady',
    'Invalid',
  ],
  ['consensus', { 'priv_validator_key.json': `["${canary('List')}"]` }, 'SigningKeyReady', 'Invalid'],
  ['consensus', { 'priv_validator_key.json': consensus, ...strange }, 'SigningKeyReady', 'Validated'],
  ['p2p', { 'node_key.json': `{"${canary('Field')}":1}` }, 'NodeKeyReady', 'Invalid'],
  ['p2p', { 'node_key.json': JSON.stringify({ priv_key: half('Node') }) }, 'NodeKeyReady', 'Validated'],
  ['keyring', { [`${canary('Name')}.info`]: canary('Info') }, 'OperatorKeyringReady', 'Invalid'],
  [
    'keyring',
    { 'node_admin.info': canary('Info'), [`${canary('Hex')}.address`]: canary('Index') },
    'OperatorKeyringReady',
    'NotReady',
  ],
  ['passphrase', { [canary('Wrong')]: canary('Word') }, 'OperatorKeyringReady', 'Invalid'],
  ['passphrase', { word: canary('Word') }, 'OperatorKeyringReady', 'Validated'],
];

test('keys go from missing to wrong to right, the node by itself with them, and nothing of a key is told anywhere', async t => {
  const place = await inNamespace('canaries');
  await place.node(validator);
  await place.says('SigningKeyReady', 'False SigningKeyNotReady');
  const made = new Set<string>();
  for (const [name, stringData, type, reason] of contents) {
    if (made.has(name)) await place.patch(secrets, name, { stringData });
    else await place.secret(name, stringData);
    made.add(name);
    const status = reason === 'Validated' ? 'True' : 'False';
    await place.says(type, `${status} ${type.replace('Ready', '')}${reason}`);
  }
  const node = await place.runs();
  t.is(node.metadata.generation, 1, 'spec was never changed');
  const all = await everythingTold(place);
  t.true(all.every(text => text.length > 100));
  t.true(all.join().includes('task validate-signing-key failed'), 'failures were told of');
  const held = JSON.stringify(await list(place, secrets));
  const planted = (held.match(/[A-Za-z0-9+/=]{20,}/g) ?? []).filter(isPlanted);
  t.true(planted.length > 5, 'what must not be found is there to be found');
  for (const text of all) {
    t.false(/Canary\w+Sings/.test(text));
    t.false(planted.some(value => text.includes(value)));
  }
});

function isPlanted(value: string): boolean {
  return /Canary\w+Sings/.test(Buffer.from(value, 'base64').toString());
}

/** Whatever the operator wrote, sent or logged. */
async function everythingTold(place: Place): Promise<string[]> {
  const log = readFileSync(join(bed().controlPlane.directory, 'operator.log'), 'utf8');
  const kinds = [seiNodes, statefulSets, pods, services, configMaps, persistentVolumeClaims];
  const objects = await Promise.all(kinds.map(resource => list(place, resource)));
  const { body } = await bed().controlPlane.call('GET', '/api/v1/events');
  const sent = bed().sidecars.tasksOf(place.key('n0'));
  return [log, ...[...objects, body, sent].map(each => JSON.stringify(each))];
}

async function list({ namespace }: Place, resource: Resource): Promise<unknown> {
  return (await bed().controlPlane.call('GET', pathOf({ resource, namespace }))).body;
}

const imports = { dataVolume: { import: { pvcName: 'chain' } } };

test('a claim that can never be written fails the node; made anew it lets it run', async t => {
  const place = await inNamespace('mended-claim');
  await place.node(imports);
  await place.says('ImportPVCReady', 'False PVCNotReady', /chain does not exist/);
  const name = 'mended-claim-shared';
  const common = { accessModes: ['ReadWriteMany'], storageClassName: '' };
  await place.create(persistentVolumes, {
    metadata: { name },
    spec: {
      ...{ ...common, hostPath: { path: '/nowhere' }, persistentVolumeReclaimPolicy: 'Retain' },
      ...{ capacity: { storage: '2000Gi' }, claimRef: { namespace: place.namespace, name: 'chain' } },
    },
  });
  const resources = { requests: { storage: '2000Gi' } };
  await place.create(persistentVolumeClaims, {
    metadata: { name: 'chain' },
    spec: { ...common, volumeName: name, resources },
  });
  await place.says('ImportPVCReady', 'False PVCInvalid', /access modes ReadWriteMany/);
  await place.says('Progressing', 'False PlanFailed', /as soon as that is mended/);
  await place.remove(persistentVolumeClaims, 'chain');
  await place.says('ImportPVCReady', 'False PVCNotReady', /chain does not exist/);
  await place.volume('chain');
  const node = await place.runs();
  t.is(conditionOf(node.status, 'ImportPVCReady')?.reason, 'PVCValidated');
  t.is(node.metadata.generation, 1);
});

test('a claim in the way fails the node; deleted it lets it run on its own', async t => {
  const place = await inNamespace('in-the-way');
  await place.volume('data-n0');
  await place.node();
  await place.says('Progressing', 'False PlanFailed', /adopts it, or delete it/);
  const before = place.found(persistentVolumeClaims, 'data-n0')?.metadata.uid;
  await place.remove(persistentVolumeClaims, 'data-n0');
  const node = await place.runs();
  t.is(node.metadata.generation, 1);
  const { uid, ownerReferences } = place.found(persistentVolumeClaims, 'data-n0')!.metadata;
  t.not(uid, before);
  t.is(ownerReferences?.[0]?.uid, node.metadata.uid);
});

test('an image update of a validator whose Secret is gone leaves its pod, says why, and goes on once it is back', async t => {
  const place = await inNamespace('key-gone');
  await place.secret('consensus', { 'priv_validator_key.json': consensus });
  await place.secret('p2p', { 'node_key.json': JSON.stringify({ priv_key: half('Node') }) });
  const { operatorKeyring: _, ...keys } = validator.validator;
  await place.node({ fullNode: undefined, validator: keys });
  await place.runs();
  const pod = place.podOf();
  await place.remove(secrets, 'consensus');
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v6.4.0' } });
  await place.says('Progressing', 'True TaskWaiting', /replace-pod waits: Secret consensus does not exist/);
  await place.says('SigningKeyReady', 'False SigningKeyNotReady');
  t.is(place.podOf(), pod);
  t.is(place.found<SeiNode>(seiNodes, 'n0')?.status?.phase, 'Running');
  await place.secret('consensus', { 'priv_validator_key.json': consensus });
  await place.becomes('runs the next image', ({ status }) => status?.currentImage === 'sei:v6.4.0');
  t.not(place.podOf(), pod);
});
