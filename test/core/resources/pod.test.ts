import test from 'ava';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import { goldenNodes } from './golden.ts';
import { manifest, manifestNames, node, settings, tls, validator } from './nodes.ts';
import { container, containersOf, envOf, podOf } from './pod.ts';

const plain = node();
const behindTLS = node(tls);
const names = (containers: readonly { name: string }[]) => containers.map(({ name }) => name);

test('the StatefulSet has the name of its node, one pod, and leaves replacing it to a plan', t => {
  const { apiVersion, kind, metadata, spec } = statefulSet(plain, settings);
  t.deepEqual(
    [apiVersion, kind, metadata.name, metadata.namespace],
    ['apps/v1', 'StatefulSet', 'n0', 'arctic'],
  );
  const { replicas, serviceName, selector, updateStrategy } = spec;
  t.deepEqual([replicas, serviceName, updateStrategy], [1, 'n0', { type: 'OnDelete' }]);
  t.deepEqual(selector, { matchLabels: { 'sei.io/node': 'n0' } });
});

test('the node controls it', t => {
  const { uid } = plain.metadata;
  const owner = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', name: 'n0', uid };
  t.deepEqual(statefulSet(plain, settings).metadata.ownerReferences, [
    { ...owner, controller: true, blockOwnerDeletion: true } as never,
  ]);
});

test('without TLS the sidecar stands before seid, and no proxy', t => {
  t.deepEqual(names(podOf(plain).initContainers), ['seid-init', 'sei-sidecar']);
  t.deepEqual(names(podOf(plain).containers), ['seid', 'cosmos-exporter']);
});

test('under TLS kube-rbac-proxy is the last of the native sidecars', t => {
  t.deepEqual(names(podOf(behindTLS).initContainers), ['seid-init', 'sei-sidecar', 'kube-rbac-proxy']);
  t.deepEqual(names(podOf(behindTLS).containers), ['seid', 'cosmos-exporter']);
});

test('native sidecars, and they alone, are restarted always', t => {
  t.deepEqual(names(containersOf(behindTLS).filter(({ restartPolicy }) => restartPolicy === 'Always')), [
    'sei-sidecar',
    'kube-rbac-proxy',
  ]);
});

const images = [
  ['seid-init', 'sei:v6.3.0'],
  ['sei-sidecar', settings.SEI_SIDECAR_IMAGE],
  ['kube-rbac-proxy', settings.SEI_KUBE_RBAC_PROXY_IMAGE],
  ['seid', 'sei:v6.3.0'],
  ['cosmos-exporter', settings.SEI_COSMOS_EXPORTER_IMAGE],
] as const;
for (const [name, image] of images) {
  test(`${name} runs ${image}`, t => t.is(container(behindTLS, name).image, image as string));
}

test('a node may pin its own sidecar', t => {
  t.is(container(node({ sidecar: { image: 'mine:1' } }), 'sei-sidecar').image, 'mine:1');
  t.is(container(node({ sidecar: { image: '' } }), 'sei-sidecar').image, settings.SEI_SIDECAR_IMAGE);
});

const probes = [
  ['sei-sidecar', 'livenessProbe', { path: '/v0/livez', port: 9100 }],
  ['sei-sidecar', 'readinessProbe', { path: '/v0/healthz', port: 9100 }],
  ['sei-sidecar', 'startupProbe', undefined],
  ['seid', 'startupProbe', { path: '/v0/healthz', port: 9100 }],
  ['seid', 'livenessProbe', undefined],
  ['seid', 'readinessProbe', { path: '/lag_status', port: 26657 }],
  ['kube-rbac-proxy', 'startupProbe', { port: 8443 }],
  ['kube-rbac-proxy', 'livenessProbe', { port: 8443 }],
  ['kube-rbac-proxy', 'readinessProbe', undefined],
  ['cosmos-exporter', 'startupProbe', { port: 9090 }],
  ['cosmos-exporter', 'livenessProbe', undefined],
] as const;
for (const [name, probe, asked] of probes) {
  const where =
    asked === undefined ? 'absent' : `${'path' in asked ? asked.path : 'a connection'} on ${asked.port}`;
  test(`${probe} of ${name} is ${where}, whether tasks have moved or not`, t => {
    for (const sidecar of [tls.sidecar, { ...tls.sidecar, port: 7000 }]) {
      const { httpGet, tcpSocket } = container(node({ sidecar }), name)[probe] ?? {};
      t.deepEqual(httpGet ?? tcpSocket, asked);
    }
  });
}

test('seid waits for the sidecar for five days', t => {
  const { failureThreshold = 0, periodSeconds = 0 } = container(plain, 'seid').startupProbe ?? {};
  t.is(failureThreshold * periodSeconds, 5 * 86_400);
});

const ports = [
  ['seid', 'evm-rpc 8545, evm-ws 8546, grpc 9090, rest 1317, p2p 26656, rpc 26657, metrics 26660'],
  ['sei-sidecar', 'sidecar 7777, public 9100'],
  ['kube-rbac-proxy', 'api 8443'],
  ['cosmos-exporter', 'cosmos-metrics 9300'],
  ['seid-init', ''],
] as const;
for (const [name, expected] of ports) {
  test(`${name} has the ports ${expected || 'of nobody'}`, t => {
    const { ports = [] } = container(behindTLS, name);
    t.is(ports.map(({ name, containerPort }) => `${name} ${containerPort}`).join(', '), expected);
    t.true(ports.every(({ protocol }) => protocol === 'TCP'));
  });
}

test('the proxy gets these arguments, in this order', t => {
  t.deepEqual(container(behindTLS, 'kube-rbac-proxy').args, [
    '--secure-listen-address=0.0.0.0:8443',
    '--upstream=http://127.0.0.1:7777/',
    '--config-file=/etc/kube-rbac-proxy/config.yaml',
    '--tls-cert-file=/etc/tls/tls.crt',
    '--tls-private-key-file=/etc/tls/tls.key',
    '--tls-reload-interval=30s',
    '--auth-header-fields-enabled=true',
    '--v=0',
  ]);
});

for (const [file, node] of goldenNodes) {
  test(`no pod is without --auth-header-fields-enabled=true, or lets a path through: ${file}`, t => {
    const proxies = containersOf(node).filter(({ name }) => name === 'kube-rbac-proxy');
    t.is(proxies.length, file.endsWith('-tls.yaml') ? 1 : 0);
    for (const { args = [] } of proxies) {
      const named = (flag: string) => args.filter(argument => argument.startsWith(flag));
      t.deepEqual(named('--auth-header-fields-enabled'), ['--auth-header-fields-enabled=true']);
      t.deepEqual([...named('--ignore-paths'), ...named('--allow-paths')], []);
    }
  });
}

const environment = {
  SEI_CHAIN_ID: 'arctic-1',
  SEI_SIDECAR_PORT: '7777',
  SEI_SIDECAR_PUBLIC_PORT: '9100',
  SEI_HOME: '/.sei',
  SEI_GENESIS_BUCKET: 'genesis',
  SEI_GENESIS_REGION: 'eu-central-1',
  SEI_SNAPSHOT_BUCKET: 'snapshots',
  SEI_SNAPSHOT_REGION: 'us-east-2',
};
test("the sidecar's environment without TLS", t =>
  t.deepEqual(envOf(container(plain, 'sei-sidecar')), environment));
test('under TLS the sidecar trusts the header of the proxy', t => {
  t.deepEqual(envOf(container(behindTLS, 'sei-sidecar')), {
    ...environment,
    SEI_SIDECAR_AUTHN_MODE: 'trusted-header',
  });
});

test('spec.sidecar.port moves the tasks port: listener, container port and upstream', t => {
  const moved = node({ sidecar: { ...tls.sidecar, port: 7000 } });
  t.is(envOf(container(moved, 'sei-sidecar')).SEI_SIDECAR_PORT, '7000');
  t.deepEqual(container(moved, 'sei-sidecar').ports?.[0], {
    name: 'sidecar',
    containerPort: 7000,
    protocol: 'TCP',
  });
  t.true(container(moved, 'kube-rbac-proxy').args?.includes('--upstream=http://127.0.0.1:7000/'));
});

test('a tasks port of zero is the default one', t => {
  t.is(envOf(container(node({ sidecar: { port: 0 } }), 'sei-sidecar')).SEI_SIDECAR_PORT, '7777');
});

test('seid and its init container have the data volume as their home', t => {
  t.deepEqual(envOf(container(plain, 'seid')), { HOME: '/.sei', TMPDIR: '/.sei/tmp' });
  t.deepEqual(envOf(container(plain, 'seid-init')), { HOME: '/.sei' });
});

const mounts = [
  ['seid-init', ['data /.sei']],
  ['sei-sidecar', ['data /.sei', 'sidecar-tmp /tmp', 'operator-keyring /.sei/keyring-file (read-only)']],
  [
    'kube-rbac-proxy',
    ['rbac-proxy-config /etc/kube-rbac-proxy (read-only)', 'sidecar-tls /etc/tls (read-only)'],
  ],
  [
    'seid',
    [
      'data /.sei',
      'signing-key/priv_validator_key.json /.sei/config/priv_validator_key.json (read-only)',
      'node-key/node_key.json /.sei/config/node_key.json (read-only)',
    ],
  ],
  ['cosmos-exporter', ['sidecar-tmp /tmp']],
] as const;
for (const [name, expected] of mounts) {
  test(`${name} of a validator under TLS mounts ${expected.join(', ')}`, t => {
    const shown = container(node({ ...validator, ...tls }), name).volumeMounts.map(
      ({ name, mountPath, subPath, readOnly }) =>
        `${name}${subPath ? `/${subPath}` : ''} ${mountPath}${readOnly ? ' (read-only)' : ''}`,
    );
    t.deepEqual(shown, [...expected]);
  });
}

test('every volume is mounted, every mount has its volume, and Secrets are for the owner alone', t => {
  const all = node({ ...validator, ...tls });
  const mounted = new Set(
    containersOf(all).flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)),
  );
  t.deepEqual(names(podOf(all).volumes).toSorted(), [...mounted].toSorted());
  const secrets = podOf(all).volumes.flatMap(({ secret }) => secret ?? []);
  t.deepEqual(
    secrets.map(({ secretName, defaultMode }) => `${secretName} ${defaultMode.toString(8)}`),
    ['consensus 400', 'p2p 400', 'keyring 400', 'n0-tls 400'],
  );
});

test('of the Secrets of the consensus keys only the key itself is projected', t => {
  const items = podOf(node(validator)).volumes.flatMap(({ secret }) => secret?.items ?? []);
  t.deepEqual(
    items.map(({ key, path }) => `${key} ${path}`),
    ['priv_validator_key.json priv_validator_key.json', 'node_key.json node_key.json'],
  );
});

test('the passphrase of the keyring comes from a Secret of its own', t => {
  t.deepEqual(container(node(validator), 'sei-sidecar').env?.at(-1), {
    name: 'SEI_KEYRING_PASSPHRASE',
    valueFrom: { secretKeyRef: { name: 'passphrase', key: 'word' } },
  });
});

test('the chain lies on the claim of the node, or on the one it imports', t => {
  const claim = (more: object) => podOf(node(more)).volumes[0]?.persistentVolumeClaim?.claimName;
  t.is(claim({}), 'data-n0');
  t.is(claim({ dataVolume: {} }), 'data-n0');
  t.is(claim({ dataVolume: { import: { pvcName: 'data-kept' } } }), 'data-kept');
});

const places = [
  ['pacific-1-full-node', 'sei-node', { cpu: '4', memory: '32Gi' }],
  ['pacific-1-state-syncer', 'sei-node', { cpu: '4', memory: '32Gi' }],
  ['pacific-1-shadow-replayer', 'sei-node', { cpu: '4', memory: '32Gi' }],
  ['pacific-1-snapshotter', 'sei-archive', { cpu: '48', memory: '448Gi' }],
] as const;
for (const [name, pool, requests] of places) {
  test(`${name} runs in the pool ${pool}, with ${requests.cpu} processors and ${requests.memory}`, t => {
    const { tolerations, affinity } = podOf(manifest(name));
    t.deepEqual(tolerations, [{ key: 'sei.io/workload', value: pool, effect: 'NoSchedule' }]);
    t.regex(
      JSON.stringify(affinity),
      new RegExp(`"karpenter.sh/nodepool","operator":"In","values":\\["${pool}"\\]`),
    );
    t.deepEqual(container(manifest(name), 'seid').resources, { requests });
  });
}
test('every manifest has a place', t => t.deepEqual(places.map(([name]) => name).toSorted(), manifestNames));

test("the sidecar's resources are its node's, as the API server writes them", t => {
  const resources = { requests: { cpu: 1, memory: '0.5Gi' }, limits: { memory: '1024Mi' } };
  t.deepEqual(container(node({ sidecar: { resources } }), 'sei-sidecar').resources, {
    requests: { cpu: '1', memory: '512Mi' },
    limits: { memory: '1Gi' },
  });
  for (const none of [plain, node({ sidecar: { resources: { requests: {}, limits: {} } } })]) {
    t.is(container(none, 'sei-sidecar').resources, undefined);
  }
});

test('the pod runs as the ServiceAccount of the settings, its group owns the volume, and its processes are shared', t => {
  const { serviceAccountName, automountServiceAccountToken, securityContext, shareProcessNamespace } =
    podOf(plain);
  t.deepEqual(
    { serviceAccountName, automountServiceAccountToken, securityContext, shareProcessNamespace },
    {
      serviceAccountName: 'seid-node',
      automountServiceAccountToken: true,
      securityContext: { fsGroup: 65532, fsGroupChangePolicy: 'OnRootMismatch' },
      shareProcessNamespace: true,
    },
  );
});
