import test from 'ava';
import { unbuildableFields } from '../../../core/resources/unbuildable.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import type { Settings } from '../../../core/settings.ts';
import { manifest, manifestNames, node, settings, tls, validator } from './nodes.ts';

const faultsOf = (node: SeiNode, told: Settings = settings) =>
  unbuildableFields(node, told).map(({ field, message }) => `${field} ${message}`);
const sidecar = (fields: object) => node({ sidecar: fields });
const passphrase = { secretName: 'passphrase', key: 'a/b' };
const keyring = { operatorKeyring: { secret: { secretName: 'keyring', passphraseSecretRef: passphrase } } };

for (const name of manifestNames) {
  test(`a pod can be made of ${name}`, t => t.deepEqual(faultsOf(manifest(name)), []));
}
test('a pod can be made of a validator with every key under TLS', t => {
  t.deepEqual(faultsOf(node({ ...validator, ...tls })), []);
});
test('a name may have 52 characters, and begin with a digit', t => {
  t.deepEqual(faultsOf(node({}, `0${'a'.repeat(51)}`)), []);
});
test('a port that nobody else answers on is free', t => t.deepEqual(faultsOf(sidecar({ port: 7000 })), []));

const wrong: readonly (readonly [SeiNode, RegExp])[] = [
  [node({}, 'a'.repeat(53)), /^metadata.name has 53 characters, the name of a StatefulSet has room for 52$/],
  [node({}, 'a.b'), /^metadata.name cannot name a Service: only lower-case letters, digits and "-"/],
  [node({ chainId: 'a b' }), /^spec.chainId "a b" is no label value/],
  [node({ chainId: 'c'.repeat(64) }), /^spec.chainId has 64 characters, a label value has at most 63$/],
  [node({ podLabels: { 'a/b/c': '' } }), /^spec.podLabels\["a\/b\/c"\] "a\/b\/c" is no label key/],
  [node({ image: ' sei' }), /^spec.image is " sei", and no image has white space in its name$/],
  [sidecar({ image: 'a b' }), /^spec.sidecar.image is "a b"/],
  [sidecar({ tls: { secretName: 'A' } }), /^spec.sidecar.tls.secretName only lower-case/],
  [sidecar({ resources: { limits: { cpu: '-1' } } }), /^spec.sidecar.resources.limits.cpu is -1, no amount/],
  [
    sidecar({ resources: { limits: { storage: '1Gi' } } }),
    /^spec.sidecar.resources.limits.storage is no resource of a container$/,
  ],
  [
    sidecar({ resources: { requests: { cpu: 2 }, limits: { cpu: '1500m' } } }),
    /^spec.sidecar.resources.requests.cpu is 2, above the limit of 1500m$/,
  ],
  [sidecar({ resources: { claims: [{ name: 'gpu' }] } }), /^spec.sidecar.resources.claims is set, and/],
  [
    node({ fullNode: undefined, validator: keyring }),
    /^spec.validator.operatorKeyring.secret.passphraseSecretRef.key only letters, digits/,
  ],
];
for (const [node, message] of wrong) {
  test(`it is refused that ${message.source.replaceAll(/[\\^$]/g, '')}`, t => {
    const faults = faultsOf(node);
    t.is(faults.length, 1, faults.join('; '));
    t.regex(faults[0] ?? '', message);
  });
}

const ports = [
  [8443, 'where kube-rbac-proxy answers'],
  [9100, "where the sidecar's public listener answers"],
  [9300, 'where cosmos-exporter answers'],
  [8545, "where seid's evm-rpc answers"],
  [8546, "where seid's evm-ws answers"],
  [9090, "where seid's grpc answers"],
  [1317, "where seid's rest answers"],
  [26656, "where seid's p2p answers"],
  [26657, "where seid's rpc answers"],
  [26660, "where seid's metrics answers"],
  [-1, 'a port is from 1 to 65535'],
  [65_536, 'a port is from 1 to 65535'],
] as const;
for (const [port, why] of ports) {
  test(`the tasks port cannot be ${port}, ${why}, with and without TLS`, t => {
    t.deepEqual(faultsOf(sidecar({ port })), [`spec.sidecar.port is ${port}, ${why}`]);
    t.is(faultsOf(sidecar({ port, ...tls.sidecar })).length, 1);
  });
}

test('a node under TLS needs an image of the proxy, any other does not', t => {
  const { SEI_KUBE_RBAC_PROXY_IMAGE: _, ...told } = settings;
  t.deepEqual(faultsOf(node(tls), told), [
    "spec.sidecar.tls needs SEI_KUBE_RBAC_PROXY_IMAGE in the operator's environment",
  ]);
  t.deepEqual(faultsOf(node(), told), []);
});

test('every node needs an image of the exporter', t => {
  const { SEI_COSMOS_EXPORTER_IMAGE: _, ...told } = settings;
  t.deepEqual(faultsOf(node(), told), ["spec needs SEI_COSMOS_EXPORTER_IMAGE in the operator's environment"]);
});
