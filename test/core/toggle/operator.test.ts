import test from 'ava';
import { failure, success } from '../../../core/result.ts';
import { defaultSizeIn, largestSize, settingsOf, sizeVariable } from '../../../core/toggle/environment.ts';
import { type Deployment, isHeldBy, type OperatorKind, operatorOf } from '../../../core/toggle/operator.ts';
import { node } from '../resources/nodes.ts';

function deployment(container: object, replicas = 1, name = 'manager'): Deployment {
  const containers = [
    { name: 'proxy', image: 'x' },
    { ...{ name }, ...container },
  ];
  return {
    metadata: { name: 'sei-k8s-controller-manager', namespace: 'system' },
    spec: { replicas, template: { spec: { containers } } },
  };
}

const reference = { image: '1.ecr.aws/sei/sei-k8s-controller:d9b15de', command: ['/manager'] };
const ours = { image: 'registry:5000/seinode-operator@sha256:0', envFrom: [] };
const settings = 'sei-k8s-controller-settings';
const written = (...managedFields: readonly object[]) => ({
  ...node(),
  metadata: { ...node().metadata, managedFields },
});
const status = (manager: string, time: string) => ({ manager, time, subresource: 'status' });

const kinds: readonly (readonly [string, OperatorKind, readonly Deployment[], object?])[] = [
  ['the image of the reference', 'reference', [deployment({ image: 'a/sei-k8s-controller' })]],
  [
    'its command in an image of another name',
    'reference',
    [deployment({ image: 'a', command: ['/manager'] })],
  ],
  ['our image', 'ours', [deployment(ours)]],
  ['our settings', 'ours', [deployment({ image: 'a', envFrom: [{ configMapRef: { name: settings } }] })]],
  ['the image of somebody', 'unknown', [deployment({ image: 'a/my-sei-k8s-controller-2' })]],
  ['both', 'unknown', [deployment(ours), deployment(reference)]],
  ['ours, and the reference turned off', 'ours', [deployment(reference, 0), deployment(ours)]],
  ['the reference, turned off', 'reference', [deployment(reference, 0)]],
  ['nothing', 'unknown', []],
  ['nothing, and the Go controller wrote', 'reference', [], written(status('manager', '1'))],
  [
    'nothing, and ours wrote last',
    'ours',
    [],
    written(status('seinode-controller', '2'), status('manager', '1')),
  ],
  [
    'nothing, and somebody wrote last',
    'unknown',
    [],
    written(status('manager', '1'), status('kubectl', '2')),
  ],
  ['nothing, and spec was written', 'unknown', [], written({ manager: 'manager', time: '1' })],
  ['our image where the Go controller wrote', 'ours', [deployment(ours)], written(status('manager', '1'))],
];
for (const [what, kind, deployments, by = node()] of kinds) {
  test(`${what}: ${kind}`, t => t.is(operatorOf(deployments, by as ReturnType<typeof node>), kind));
}

const name = 'SEI_STORAGE_SIZE_DEFAULT';
const value = (value: string) => ({ name, value });
const from = (config: string) => ({ configMapRef: { name: config } });
const known = new Map([
  ['a', success({ [name]: '1Gi' } as Record<string, string>)],
  ['b', success({ [name]: '2Gi', [name.slice(4)]: '3Gi' } as Record<string, string>)],
  ['cut', success({ [name.slice(2)]: '9Gi' } as Record<string, string>)],
  ['secret', failure('no permission to get it')],
]);
const key = (config: string, key: string) => ({
  name,
  valueFrom: { configMapKeyRef: { name: config, key } },
});

const environments: readonly (readonly [string, object, string | RegExp])[] = [
  ['a value', { env: [value('4Gi')] }, '4Gi'],
  ['two values: the last', { env: [value('4Gi'), value('5Gi')] }, '5Gi'],
  ['a value over envFrom', { env: [value('4Gi')], envFrom: [from('a')] }, '4Gi'],
  ['envFrom', { envFrom: [from('a')] }, '1Gi'],
  ['two ConfigMaps: the last', { envFrom: [from('a'), from('b')] }, '2Gi'],
  ['a ConfigMap with a prefix', { envFrom: [{ ...from('b'), prefix: 'SEI_' }] }, '3Gi'],
  ['a prefix of others', { envFrom: [from('a'), { ...from('cut'), prefix: 'X_' }] }, '1Gi'],
  ['a ConfigMap that is not there', { envFrom: [from('a'), from('c')] }, '1Gi'],
  [
    'a ConfigMap that may not be read',
    { envFrom: [from('a'), from('secret')] },
    /ConfigMap secret: no permission/,
  ],
  [
    'a Secret',
    { envFrom: [from('a'), { secretRef: { name: 's' } }] },
    /may come from Secret s, which is not read/,
  ],
  ['a Secret before a ConfigMap', { envFrom: [{ secretRef: { name: 's' } }, from('a')] }, '1Gi'],
  ['a key of a ConfigMap', { env: [key('b', name)] }, '2Gi'],
  ['a key that it has not', { env: [key('b', 'x')] }, /is not set$/],
  ['a key of a Secret', { env: [{ name, valueFrom: { secretKeyRef: {} } }] }, /elsewhere than a ConfigMap/],
  ['other variables', { env: [value('$(SIZE)Gi')] }, /made of other variables/],
  ['nothing', {}, /^SEI_STORAGE_SIZE_DEFAULT of Deployment system\/sei-k8s-controller-manager is not set$/],
  ['no amount', { env: [value('much')] }, /is no amount$/],
  ['an empty value', { env: [{ name }] }, /is no amount$/],
];
for (const [what, container, expected] of environments) {
  test(`the default size from ${what}`, t => {
    const read = defaultSizeIn(deployment(container), name, known);
    if (typeof expected === 'string') t.deepEqual(read, success(expected));
    else t.regex(read.ok ? read.value : read.error, expected);
    t.is(read.ok, typeof expected === 'string');
  });
}

test('the ConfigMaps that are read are those that the variable may come from', t => {
  t.deepEqual(settingsOf(deployment({ env: [value('1Gi')], envFrom: [from('a')] }), name), []);
  t.deepEqual(settingsOf(deployment({ env: [key('b', 'x')], envFrom: [from('a')] }), name), ['b']);
  t.deepEqual(settingsOf(deployment({ envFrom: [from('a'), { secretRef: { name: 's' } }] }), name), ['a']);
  t.deepEqual(settingsOf({ metadata: { name: 'x', namespace: 'y' } }, name), []);
});

test('of several sizes the largest counts, and one that is unreadable makes all so', t => {
  const [small, large, none] = [success('2000Gi'), success('2Ti'), failure('no')];
  t.is(largestSize([small, large, small]), large);
  t.is(largestSize([small]), small);
  t.is(largestSize([large, none]), none);
});

test('an archive has a size of its own', t => {
  t.is(sizeVariable(node()), 'SEI_STORAGE_SIZE_DEFAULT');
  t.is(sizeVariable(node({ fullNode: undefined, archive: {} })), 'SEI_STORAGE_SIZE_ARCHIVE');
});

test('the only container is the manager where none is named so', t => {
  const lone = { metadata: { name: 'x', namespace: 'y' } };
  const containers = [{ name: 'c', env: [value('1Gi')] }];
  t.deepEqual(
    defaultSizeIn({ ...lone, spec: { template: { spec: { containers } } } }, name, known),
    success('1Gi'),
  );
});

test('a Lease belongs to the Deployment whose pod holds it', t => {
  const lease = (holderIdentity: string) => ({
    ...{ apiVersion: 'v1', kind: 'Lease', metadata: { name: 'l', namespace: 'system' } },
    spec: { holderIdentity },
  });
  t.true(isHeldBy(lease('sei-k8s-controller-manager-7b9-x2_0b54'), deployment({})));
  t.false(isHeldBy(lease('other-7b9-x2_0b54'), deployment({})));
  t.false(isHeldBy(undefined, deployment({})));
});
