import fc from 'fast-check';
import { booleanFlags } from '../../../scripts/vap/arguments.ts';
import { node, tls } from '../../core/resources/nodes.ts';
import { type Mistake, mistakesOfPods } from '../../policies/mistakes.ts';
import { container, type Objects, objectsOf } from '../../policies/workload.ts';

/** A Pod and a StatefulSet of the same pod, and what was done to it. */
export type Spoilt = {
  readonly what: string;
  readonly pod: Objects['pod'];
  readonly statefulSet: Objects['statefulSet'];
};

type Spoil = (pod: Objects['pod']) => void;

const nodes = [
  node(tls),
  node(),
  node({ sidecar: { ...tls.sidecar, port: 7000 } }),
  node({ sidecar: { port: 7000 } }),
];

/** What a proxy may be told, as it may be written: pflag's spellings, and what looks like them. */
const words = [
  ...['--', '-v', '-v=2', '-v3', '4', '', 'x', '--v=0', '--v', '--unknown', '--unknown=1', '--=', '--=x'],
  ...['--http2-disable', '--http2_disable', '--skip_headers', '--logtostderr=false', '--version', '--help'],
  ...['--ignore-paths=/a', '--ignore_paths=/a,/b', '--ignore-paths', '--ignore-paths=', '-ignore-paths=/a'],
  ...[
    '--allow-paths=/c',
    '--allow_paths',
    '--allow-paths=',
    '--Allow-Paths=/a',
    '--allow-paths=\n',
    '--allow\n=x',
  ],
  ...['--insecure-listen-address=:80', '--insecure_listen_address', '--insecure-listen-address='],
  ...['--secure-listen-address', ':8443', '--secure-listen-address=:8443', '--secure-listen-address=:9443'],
  ...['--secure_listen_address=LocalHost:8443', '--secure-listen-address=127.0.0.1:8443'],
  ...[
    '--secure-listen-address=[::1]:8443',
    '--secure-listen-address=[::]:8443',
    '--secure-listen-address=\n:8443',
  ],
  ...[
    '--upstream',
    '--upstream=',
    'http://127.0.0.1:7777/',
    '--up_stream=x',
    '--upstream-force-h2c',
    '-upstream=x',
  ],
  ...['--auth-header-fields-enabled', '--auth_header_fields_enabled=T', '--auth-header-fields-enabled=false'],
  ...[
    '--auth-header-fields-enabled=',
    '--auth-header-fields-enabled=yes',
    '--auth-header-fields-enabled=true\n',
  ],
  ...['--auth-header-user-field-name=X-Remote-User', '--auth-header-user-field-name=x-remote-user'],
  ...[
    '--auth-header-user-field-name=X_Remote_User',
    '--auth-header-user-field-name=',
    '--auth-header-user-field-name',
  ],
  ...['--auth-header-groups-field-name=X-REMOTE-USER', '--auth-header-groups-field-name=X-Groups'],
  ...['--config-file=', '--config_file=/x', '--config-file', '--tls-cert-file=', '--tls-private-key-file'],
];

const hosts = [
  ...[
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    'localho\u017ft',
    '[::1]',
    '127.1.2.3',
    '127.0.0.256',
    '127.0.0.01',
  ],
  ...[
    '127.0.0.1.evil',
    '127',
    '0.0.0.0',
    '10.0.0.1',
    '127.0.0.1:1',
    'a@127.0.0.1',
    '127.0.0.1@evil',
    '',
    '[::1',
  ],
];
const upstream = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'HTTP://', '', 'a://', '://', 'http:///'),
    fc.constantFrom(...hosts),
    fc.constantFrom(':7777', ':7000', ':07777', ':', '', ':7777:7777', ':77777'),
    fc.constantFrom('', '/', '//', '/v0', '?x', '://127.0.0.1:7777/', '\n'),
  )
  .map(parts => `--upstream=${parts.join('')}`);

const word = fc.oneof(fc.constantFrom(...words), upstream);

/** The arguments that the operator writes, and others before, between and behind them; some in the command. */
const byArguments = fc.tuple(fc.array(word, { maxLength: 5 }), fc.nat(9), fc.nat(4), fc.boolean()).map(
  ([more, at, left, first]): Spoil =>
    pod => {
      const proxy = proxyOf(pod);
      if (proxy === undefined) return;
      const args = proxy.args.toSpliced(at, left, ...more);
      Object.assign(
        proxy,
        first ? { command: ['kube-rbac-proxy', ...args.slice(0, 4)], args: args.slice(4) } : { args },
      );
    },
);

const port = fc.record(
  {
    name: fc.constantFrom('sidecar', 'public', 'api', 'other'),
    containerPort: fc.constantFrom(7777, 7000, 9100, 8443, 80),
    protocol: fc.constantFrom('TCP', 'UDP'),
    hostPort: fc.constantFrom(0, 9100, 81),
  },
  { requiredKeys: ['containerPort'] },
);
const names = fc.constantFrom('sei-sidecar', 'kube-rbac-proxy', 'seid');
const byPorts = fc
  .tuple(names, fc.array(port, { maxLength: 3 }), fc.boolean())
  .map(
    ([name, ports, added]): Spoil =>
      each(name, it => ({ ports: added ? [...(it.ports ?? []), ...ports] : ports })),
  );

const variable = fc.oneof(
  fc.record(
    {
      name: fc.constantFrom('SEI_SIDECAR_PORT', 'SEI_SIDECAR_PUBLIC_PORT', 'SEI_SIDECAR_AUTHN_MODE', 'OTHER'),
      value: fc.constantFrom('7777', '7000', '9100', '', 'trusted-header', 'unauthenticated', '$(OTHER)'),
    },
    { requiredKeys: ['name'] },
  ),
  fc.constant({ name: 'SEI_SIDECAR_PORT', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
);
const byEnvironment = fc
  .tuple(fc.array(variable, { maxLength: 3 }), fc.boolean())
  .map(([env, added]): Spoil => each('sei-sidecar', it => ({ env: added ? [...it.env, ...env] : env })));

const asked = fc.constantFrom<number | string>(9100, 7777, 8443, 'public', 'api', 'other');
const handler = fc.oneof(
  fc
    .record(
      {
        port: asked,
        path: fc.constantFrom('/v0/livez', '/v0/healthz', '/'),
        scheme: fc.constantFrom('HTTP', 'HTTPS'),
        host: fc.constantFrom('', '127.0.0.1'),
      },
      { requiredKeys: ['port'] },
    )
    .map(httpGet => ({ httpGet })),
  asked.map(at => ({ tcpSocket: { port: at } })),
  fc.constant({ grpc: { port: 9100 } }),
  fc.constant({ exec: { command: ['true'] } }),
  fc.constant(undefined),
);
const byProbes = fc
  .tuple(names, fc.constantFrom('livenessProbe', 'readinessProbe', 'startupProbe'), handler)
  .map(([name, probe, how]): Spoil => each(name, () => ({ [probe]: how })));

const byScript = fc
  .constantFrom(
    '7777',
    ':8443',
    ' 7777',
    '/7000',
    ':77770',
    ':7777.',
    ' 8443',
    'x7777',
    '/8443/7777a',
    ':7777\n',
  )
  .map((text): Spoil => each('seid', it => ({ args: [...it.args, text] })));

const byPlace = fc.constantFrom<Spoil>(
  pod => pod.spec.containers.push(...pod.spec.initContainers.splice(2, 1)),
  pod => pod.spec.containers.push(...pod.spec.initContainers.splice(1, 1)),
  pod => pod.spec.initContainers.splice(1),
  pod => pod.spec.initContainers.splice(2),
  pod => Object.assign(pod.spec, { hostNetwork: true }),
  pod => Object.assign(pod.spec, { hostIPC: true }),
  pod => Object.assign(pod.spec, { hostPID: true, shareProcessNamespace: false }),
  each('kube-rbac-proxy', () => ({
    restartPolicy: undefined,
    startupProbe: undefined,
    livenessProbe: undefined,
  })),
  pod =>
    pod.spec.initContainers.push(Object.assign(pod.spec.containers.shift(), { restartPolicy: 'Always' })),
);

const spoils = fc.oneof(
  { weight: 4, arbitrary: byArguments },
  { weight: 2, arbitrary: byPorts },
  { weight: 2, arbitrary: byEnvironment },
  { weight: 2, arbitrary: byProbes },
  { weight: 1, arbitrary: byScript },
  { weight: 1, arbitrary: byPlace },
);

/** As many arguments as are read, and one more (the program itself is none), and each word before one that is found. */
const byHand: readonly (readonly [string, Spoil])[] = [
  ['100 arguments', each('kube-rbac-proxy', it => ({ args: filled(it.args, 100) }))],
  ['101 arguments', each('kube-rbac-proxy', it => ({ args: filled(it.args, 101) }))],
  ['100 in both', each('kube-rbac-proxy', it => ({ command: ['p', '--v=0'], args: filled(it.args, 99) }))],
  ['101 in both', each('kube-rbac-proxy', it => ({ command: ['p', '--v=0'], args: filled(it.args, 100) }))],
  ['no arguments', each('kube-rbac-proxy', () => ({ args: [] }))],
  ...[...words, ...booleanFlags.map(flag => `--${flag}`)].map((word): readonly [string, Spoil] => [
    `${JSON.stringify(word)} before`,
    each('kube-rbac-proxy', it => ({ args: [...it.args, word, '--ignore-paths=/a'] })),
  ]),
];

/** What the operator makes, each mistake that is known, and `runs` pods that are spoilt at random, the same each time. */
export function spoiltPods(seed: number, runs: number): Spoilt[] {
  const samples = fc.sample(fc.tuple(fc.nat(nodes.length - 1), fc.array(spoils, { maxLength: 3 })), {
    seed,
    numRuns: runs,
  });
  return [
    ...nodes.map((each, index) => spoilt(`node ${index}`, each, () => undefined)),
    ...byHand.map(([what, make]) => spoilt(what, nodes[0]!, ({ pod }) => make(pod))),
    ...mistakesOfPods.map(([what, make]: Mistake) => spoilt(what, nodes[0]!, make)),
    ...samples.map(([index, list], number) =>
      spoilt(`sample ${number}`, nodes[index]!, ({ pod }) => {
        for (const spoil of list) spoil(pod);
      }),
    ),
  ];
}

function spoilt(what: string, of: (typeof nodes)[number], spoil: (objects: Objects) => void): Spoilt {
  const objects = objectsOf(of);
  spoil(objects);
  const { metadata, spec } = objects.pod;
  const { statefulSet } = objects;
  const { name: _, namespace: __, ...labelled } = metadata;
  delete statefulSet.metadata.ownerReferences;
  return {
    what,
    pod: objects.pod,
    statefulSet: { ...statefulSet, spec: { ...statefulSet.spec, template: { metadata: labelled, spec } } },
  };
}

function each(name: string, change: (container: Objects['pod']) => object): Spoil {
  return pod => {
    const all = [...pod.spec.initContainers, ...pod.spec.containers];
    if (all.some(it => it.name === name)) Object.assign(container(pod, name), change(container(pod, name)));
  };
}

function filled(args: readonly string[], count: number): string[] {
  return [...args, ...Array.from({ length: count - args.length }, () => '--v=0')];
}

function proxyOf(pod: Objects['pod']): Objects['pod'] {
  return pod.spec.initContainers.find(({ name }: { name: string }) => name === 'kube-rbac-proxy');
}
