import test from 'ava';
import { load } from 'js-yaml';
import { dataClaim } from '../../../core/resources/data-claim.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { headlessService } from '../../../core/resources/service.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { manifest, node, settings, stored, tls } from './nodes.ts';

const portsOf = (node: SeiNode) =>
  headlessService(node).spec.ports.map(({ name, port }) => `${name} ${port}`);
const seid = [
  'evm-rpc 8545',
  'evm-ws 8546',
  'grpc 9090',
  'rest 1317',
  'p2p 26656',
  'rpc 26657',
  'metrics 26660',
];

test('the Service is headless, named as its node, and publishes a pod that is not ready', t => {
  const { metadata, spec } = headlessService(node());
  t.is(metadata.name, 'n0');
  const { clusterIP, publishNotReadyAddresses, selector } = spec;
  t.deepEqual([clusterIP, publishNotReadyAddresses, selector], ['None', true, { 'sei.io/node': 'n0' }]);
});

test('without TLS the Service has the ports of seid and public', t => {
  t.deepEqual(portsOf(node()), [...seid, 'public 9100']);
});

test('under TLS it has api too', t => {
  t.deepEqual(portsOf(node(tls)), [...seid, 'public 9100', 'api 8443']);
});

test('the tasks port is never published, wherever it is', t => {
  t.deepEqual(portsOf(node({ sidecar: { port: 7000 } })), [...seid, 'public 9100']);
});

test('gateways are told that gRPC is HTTP/2 without TLS, and nothing of the other ports', t => {
  const told = headlessService(node(tls)).spec.ports.filter(({ appProtocol }) => appProtocol !== undefined);
  t.deepEqual(
    told.map(({ name, appProtocol }) => `${name} ${appProtocol}`),
    ['grpc kubernetes.io/h2c'],
  );
});

test('the proxy asks whether a caller may do that to the tasks of this very node', t => {
  const config = proxyConfig(node(tls));
  t.is(config?.metadata.name, 'n0-rbac-proxy-config');
  t.deepEqual(load(config?.data['config.yaml'] ?? ''), {
    authorization: {
      resourceAttributes: {
        group: 'sei.io',
        apiGroup: 'sei.io',
        resource: 'seinodetasks',
        namespace: 'arctic',
        name: 'n0',
      },
    },
  });
});

test('a name of digits stays a name in it', t => {
  t.regex(proxyConfig(node(tls, '0123'))?.data['config.yaml'] ?? '', /"name": "0123"/);
});

test('without TLS there is no such ConfigMap', t => t.is(proxyConfig(node()), undefined));

const claims = [
  ['pacific-1-full-node', 'gp3-10k-750', '2000Gi'],
  ['pacific-1-state-syncer', 'gp3-10k-750', '2000Gi'],
  ['pacific-1-shadow-replayer', 'gp3-10k-750', '2000Gi'],
  ['pacific-1-snapshotter', 'gp3-archive', '40Ti'],
] as const;
for (const [name, storageClassName, storage] of claims) {
  test(`${name} claims ${storage} of ${storageClassName}`, t => {
    const claim = dataClaim(manifest(name), settings);
    t.is(claim?.metadata.name, `data-${name}`);
    t.deepEqual(claim?.spec, {
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      resources: { requests: { storage } },
    });
  });
}

test('a validator claims as a full node does', t => {
  const { spec } = dataClaim(node({ fullNode: undefined, validator: {} }), settings) ?? {};
  t.is(spec?.storageClassName, 'gp3-10k-750');
});

test('of an imported volume no claim is built', t => {
  t.is(dataClaim(node({ dataVolume: { import: { pvcName: 'kept' } } }), settings), undefined);
});

test('a size is written as the API server writes it', t => {
  const claim = dataClaim(node(), { ...settings, SEI_STORAGE_SIZE_DEFAULT: '2048Gi' });
  t.is(claim?.spec.resources.requests.storage, '2Ti');
});

test('every object carries the labels of its node and is controlled by it', t => {
  const one = stored(node(tls));
  for (const object of [headlessService(one), proxyConfig(one), dataClaim(one, settings)]) {
    t.is(object?.metadata.labels['sei.io/node'], 'n0');
    t.is(object?.metadata.namespace, 'arctic');
    t.is(object?.metadata.ownerReferences[0]?.uid, one.metadata.uid);
  }
});
