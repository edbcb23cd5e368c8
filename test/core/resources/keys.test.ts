import test from 'ava';
import fc from 'fast-check';
import type { PodTemplate } from '../../../core/resources/types.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { arbitraryNode } from './arbitrary-node.ts';
import { generatedPods } from './generated-pods.ts';
import { node } from './nodes.ts';
import { secretUses } from './secret-uses.ts';

/** Names that nothing else in a pod has. */
const names = {
  signing: 'secret-of-signing-key',
  node: 'secret-of-node-key',
  keyring: 'secret-of-keyring',
  passphrase: 'secret-of-passphrase',
  tls: 'secret-of-tls',
};
const keysPair = {
  signingKey: { secret: { secretName: names.signing } },
  nodeKey: { secret: { secretName: names.node } },
};
const passphraseSecretRef = { secretName: names.passphrase, key: 'word' };
const keyring = { operatorKeyring: { secret: { secretName: names.keyring, passphraseSecretRef } } };

/** Where each is, and nowhere else. */
const places: Readonly<Record<keyof typeof names, string>> = {
  signing: 'seid /.sei/config/priv_validator_key.json by subPath priv_validator_key.json',
  node: 'seid /.sei/config/node_key.json by subPath node_key.json',
  keyring: 'sei-sidecar /.sei/keyring-file',
  passphrase: 'sei-sidecar env SEI_KEYRING_PASSPHRASE',
  tls: 'kube-rbac-proxy /etc/tls',
};

/** Any node the API server accepts, with these names wherever it names a Secret; validators with and without each key. */
const anyNode = fc
  .tuple(arbitraryNode, fc.boolean(), fc.boolean(), fc.boolean())
  .map(([node, hasTLS, hasKeys, hasKeyring]): SeiNode => {
    const { sidecar, validator, ...spec } = node.spec;
    const { signingKey: _, nodeKey: __, operatorKeyring: ___, ...others } = validator ?? {};
    const { tls: ____, ...plain } = sidecar ?? {};
    return {
      ...node,
      spec: {
        ...spec,
        sidecar: { ...plain, ...(hasTLS && { tls: { secretName: names.tls } }) },
        ...(validator && {
          validator: { ...others, ...(hasKeys && keysPair), ...(hasKeyring && keyring) },
        }),
      },
    };
  });

function isNamed({ spec: { validator, sidecar } }: SeiNode): Readonly<Record<keyof typeof names, boolean>> {
  const hasKeyring = validator?.operatorKeyring !== undefined;
  return {
    signing: validator?.signingKey !== undefined,
    node: validator?.nodeKey !== undefined,
    keyring: hasKeyring,
    passphrase: hasKeyring,
    tls: sidecar?.tls !== undefined,
  };
}

for (const { of, build, mayHoldKeys } of generatedPods) {
  test(`the pod of a ${of} holds each Secret ${mayHoldKeys ? 'in its one place' : 'of no key'}`, t => {
    const seen = new Map<string, number>();
    const check = (subject: SeiNode) => {
      const named = isNamed(subject);
      for (const key of Object.keys(names) as (keyof typeof names)[]) {
        const expected = named[key] && mayHoldKeys ? [places[key]] : [];
        if (mayHoldKeys || key !== 'tls') t.deepEqual(secretUses(build(subject), names[key]), expected);
        if (named[key]) seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    };
    fc.assert(fc.property(anyNode, check), { seed: 10, numRuns: 400 });
    for (const key of Object.keys(names)) t.true((seen.get(key) ?? 0) > 20, key);
  });
}

const all = node({
  fullNode: undefined,
  validator: { ...keysPair, ...keyring },
  sidecar: { tls: { secretName: names.tls } },
});
const template = generatedPods[0]!.build(all);

/** A pod in which each container was changed as said. */
function changed(change: (container: Record<string, unknown>) => object): PodTemplate {
  const of = (list: readonly object[]) => list.map(each => ({ ...each, ...change(each as never) }));
  const { initContainers, containers } = template.spec;
  const spec = { ...template.spec, initContainers: of(initContainers), containers: of(containers) };
  return { ...template, spec } as unknown as PodTemplate;
}

function withVolume({ spec, ...others }: PodTemplate, volume: object): PodTemplate {
  return { ...others, spec: { ...spec, volumes: [...spec.volumes, volume] } } as unknown as PodTemplate;
}

const onlyIn = (name: string, more: object) => (container: Record<string, unknown>) =>
  container.name === name ? more : {};
const leaks: readonly (readonly [string, PodTemplate, keyof typeof names, string])[] = [
  [
    'a keyring in seid',
    changed(
      onlyIn('seid', { volumeMounts: [{ name: 'operator-keyring', mountPath: '/k', readOnly: true }] }),
    ),
    'keyring',
    'seid /k',
  ],
  [
    'a consensus key in an init container, and writable',
    changed(onlyIn('seid-init', { volumeMounts: [{ name: 'signing-key', mountPath: '/k' }] })),
    'signing',
    'seid-init /k, writable',
  ],
  [
    'a passphrase in the environment of the exporter',
    changed(onlyIn('cosmos-exporter', { envFrom: [{ secretRef: { name: names.passphrase } }] })),
    'passphrase',
    'cosmos-exporter otherwise',
  ],
  [
    'a node key in a projected volume',
    withVolume(
      changed(
        onlyIn('kube-rbac-proxy', { volumeMounts: [{ name: 'more', mountPath: '/m', readOnly: true }] }),
      ),
      { name: 'more', projected: { sources: [{ secret: { name: names.node } }] } },
    ),
    'node',
    'kube-rbac-proxy /m',
  ],
  [
    'a name among the pull secrets',
    { ...template, spec: { ...template.spec, imagePullSecrets: [{ name: names.keyring }] } } as never,
    'keyring',
    'elsewhere',
  ],
];
for (const [what, pod, key, use] of leaks) {
  test(`${what} would be seen`, t => t.true(secretUses(pod, names[key]).includes(use)));
}

test('the file of a consensus key is pinned as the pod starts: every mount of one is a subPath', t => {
  for (const key of ['signing', 'node'] as const) {
    t.regex(secretUses(template, names[key]).join(), /^seid \S+ by subPath \S+$/);
  }
});
