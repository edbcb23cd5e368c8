import test from 'ava';
import fc from 'fast-check';
import { bootstrapJob, bootstrapOf } from '../../../core/resources/bootstrap.ts';
import { carriedFault } from '../../../core/resources/bootstrap-guard.ts';
import { headlessService } from '../../../core/resources/service.ts';
import type { Job, PodSpec } from '../../../core/resources/types.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { createJudge } from '../../../wasm/judge.ts';
import { arbitraryNode } from './arbitrary-node.ts';
import { manifest, node, settings, tls, validator } from './nodes.ts';
import { podOf } from './pod.ts';

const id = '0b9a9d6e-0d5a-5f0e-8a63-1c2d3e4f5a6b';
const bootstrap = { image: 'sei:v5', height: 198740000 };
const snapshot = { s3: { targetHeight: bootstrap.height }, bootstrapImage: bootstrap.image };
const keys = validator.validator;

/** The Job of a node. @throws where none is made. */
function jobOf(subject: SeiNode): Job {
  const job = bootstrapJob(subject, bootstrapOf(subject) ?? bootstrap, settings, id);
  if (!job.ok) throw new Error(job.error);
  return job.value;
}

for (const mode of ['fullNode', 'replayer', 'validator']) {
  test(`a ${mode} with s3 and a bootstrap image bootstraps to its height`, t => {
    const subject = node({ fullNode: undefined, [mode]: { snapshot } });
    t.deepEqual(bootstrapOf(subject), bootstrap);
  });
}
for (const [what, snapshot] of [
  ['no bootstrap image', { s3: { targetHeight: 7 } }],
  ['an empty one', { s3: { targetHeight: 7 }, bootstrapImage: '' }],
  ['state sync', { stateSync: {}, bootstrapImage: 'sei:v5' }],
  ['no snapshot', undefined],
] as const) {
  test(`a node with ${what} bootstraps from nothing`, t =>
    t.is(bootstrapOf(node({ fullNode: { snapshot } })), undefined));
}

const job = jobOf(
  node({ fullNode: { snapshot }, podLabels: { team: 'a', 'sei.io/component': 'x' }, ...tls }),
);

test('the Job is the node’s own, of its name, and is tried once and kept', t => {
  const { name, namespace, ownerReferences, annotations } = job.metadata;
  t.deepEqual(
    [name, namespace, ownerReferences[0]?.name, ownerReferences[0]?.controller],
    [...['n0-bootstrap', 'arctic', 'n0', true]],
  );
  t.deepEqual(annotations, { 'sei.io/task': id });
  t.deepEqual(Object.keys(job.spec), ['backoffLimit', 'template']);
  t.is(job.spec.backoffLimit, 0);
});

test('its pod is at the address of the node’s, behind the same proxy, and selected by the same Service', t => {
  const { metadata, spec } = job.spec.template;
  t.deepEqual([spec.hostname, spec.subdomain, spec.restartPolicy], ['n0-0', 'n0', 'Never']);
  t.like(metadata.labels, headlessService(node()).spec.selector);
  t.deepEqual(
    spec.initContainers.map(({ name }) => name),
    ['seid-init', 'sei-sidecar', 'kube-rbac-proxy'],
  );
  t.deepEqual(metadata.annotations, { 'karpenter.sh/do-not-disrupt': 'true' });
});

test('it is never scheduled beside another pod of the node, nor one of the node beside it', t => {
  const { affinity } = job.spec.template.spec;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const term = {
    labelSelector: { matchLabels: { 'sei.io/node': 'n0' } },
    topologyKey: 'kubernetes.io/hostname',
  };
  t.like(affinity, { podAntiAffinity: { [required]: [term] } });
});

test('it carries the labels of the contract, and which it is', t => {
  t.deepEqual(job.spec.template.metadata.labels, {
    ...{ team: 'a', 'sei.io/node': 'n0', 'sei.io/chain': 'arctic-1', 'sei.io/role': 'node' },
    'sei.io/component': 'bootstrap',
  });
  t.deepEqual(job.metadata.labels, job.spec.template.metadata.labels);
});

test('seid and its init container are of the bootstrap image, and nothing runs on beside seid', t => {
  const { initContainers, containers } = job.spec.template.spec;
  t.deepEqual(
    [...initContainers, ...containers].filter(({ image }) => image === 'sei:v5').map(({ name }) => name),
    ['seid-init', 'seid'],
  );
  t.deepEqual(
    containers.map(({ name, args }) => [name, args?.slice(1)]),
    [['seid', ['seid', '198740000']]],
  );
});

test('all else of it is as in the pod that the node will have', t => {
  const own = podOf(node({ fullNode: { snapshot }, ...tls }));
  const { hostname, subdomain, restartPolicy, terminationGracePeriodSeconds, ...spec } =
    job.spec.template.spec;
  const { initContainers, containers, affinity, ...others } = spec;
  const { initContainers: _init, containers: _containers, affinity: ownAffinity, ...expected } = own;
  t.deepEqual(others, expected);
  t.like(affinity, ownAffinity);
  t.deepEqual(initContainers.slice(1), own.initContainers.slice(1));
  t.deepEqual({ ...containers[0], args: [], image: '' }, { ...own.containers[0]!, args: [], image: '' });
});

for (const [how, more] of [
  ['with', tls],
  ['without', {}],
] as const) {
  test(`the rules on listeners and labels find nothing on such a pod, ${how} TLS`, t => {
    const subject = node({ fullNode: { snapshot }, ...more });
    const { metadata, spec } = jobOf(subject).spec.template;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'n0-bootstrap-abcde', namespace: 'arctic' },
      spec,
    };
    const found = createJudge().violations({ now: '2026-05-01T12:00:00Z', node: subject, pod } as never);
    t.deepEqual(found.ok && found.value.filter(({ rule }) => /listener|label/.test(rule)), []);
  });
}

test('whatever validator the API server accepts: no Secret of it is anywhere in the pod', t => {
  const named = ({ signingKey, nodeKey, operatorKeyring }: NonNullable<SeiNode['spec']['validator']>) =>
    [
      ...[signingKey?.secret?.secretName, nodeKey?.secret?.secretName],
      ...[operatorKeyring?.secret?.secretName, operatorKeyring?.secret?.passphraseSecretRef.secretName],
    ].filter(name => name !== undefined);
  let seen = 0;
  fc.assert(
    fc.property(arbitraryNode, subject => {
      const job = bootstrapJob(subject, bootstrap, settings, id);
      const names = named(subject.spec.validator ?? {});
      // Who names a key's Secret for TLS too gets no Job at all.
      const isMixed = names.includes(subject.spec.sidecar?.tls?.secretName ?? '');
      t.is(job.ok, !isMixed);
      if (!job.ok) return;
      seen += names.length;
      const { volumes, initContainers, containers } = job.value.spec.template.spec;
      const all = [...initContainers, ...containers];
      const secrets = volumes.flatMap(({ secret }) => secret?.secretName ?? []);
      t.deepEqual(secrets, subject.spec.sidecar?.tls ? [subject.spec.sidecar.tls.secretName] : []);
      t.deepEqual(
        all.flatMap(({ env = [] }) => env.filter(({ valueFrom }) => valueFrom)),
        [],
      );
      t.false(all.some(container => 'envFrom' in container));
      t.false(
        /signing-key|node-key|operator-keyring|SEI_KEYRING/.test(
          JSON.stringify([
            volumes,
            all.map(({ env, volumeMounts }) => [env?.map(({ name }) => name), volumeMounts]),
          ]),
        ),
      );
    }),
    { seed: 255, numRuns: 500 },
  );
  t.true(seen > 50, `${seen} Secrets were named`);
});

const clean: PodSpec = jobOf(node({ ...validator, validator: { ...keys, snapshot } })).spec.template.spec;
const [sidecar] = clean.initContainers;
const carried: readonly (readonly [string, string, object])[] = [
  [
    'a volume',
    'signing key in Secret consensus',
    { volumes: [{ name: 'k', secret: { secretName: 'consensus' } }] },
  ],
  ['a volume', 'node key in Secret p2p', { volumes: [{ name: 'k', secret: { secretName: 'p2p' } }] }],
  [
    'a projected volume',
    'operator keyring in Secret keyring',
    { volumes: [{ name: 'k', projected: { sources: [{ secret: { name: 'keyring' } }] } }] },
  ],
  [
    'a variable',
    "operator keyring's passphrase in Secret passphrase",
    {
      initContainers: [
        { ...sidecar, env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'passphrase', key: 'k' } } }] },
      ],
    },
  ],
  [
    'all variables of a container',
    'signing key in Secret consensus',
    { containers: [{ ...sidecar, envFrom: [{ secretRef: { name: 'consensus' } }] }] },
  ],
];
for (const [place, what, more] of carried) {
  test(`the guard finds the ${what} in ${place}`, t => {
    const subject = node(validator);
    t.is(carriedFault(subject, clean), undefined);
    const found = carriedFault(subject, { ...clean, ...more } as PodSpec);
    t.is(found, `the bootstrap pod of SeiNode n0 would carry the ${what}: no Job is made`);
  });
}

test('the shadow replayer of the fleet bootstraps as a replayer', t => {
  const subject = manifest('pacific-1-shadow-replayer');
  const { metadata, spec } = jobOf(subject).spec.template;
  t.is(metadata.labels['sei.io/role'], 'replayer');
  t.is(spec.containers[0]?.image, 'ghcr.io/sei-protocol/sei:v6.3.0');
});
