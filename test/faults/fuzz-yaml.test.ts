import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ClusterError } from '../../cluster/error.ts';
import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import { chooseTarget, serverOf } from '../../cluster/target.ts';
import { printableLine } from '../../core/printable.ts';
import type { Random } from '../core/x509/random.ts';
import { temporaryDirectory } from '../directory.ts';
import { closedYAML, nodeYAML, readText, secretYAML } from '../plugin/source/manifests.ts';
import { examples } from '../plugin/terminal.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText, mutateValue } from './fuzz/mutate.ts';

/** A secret of whichever document: no sentence may hold any of it. */
const canary = 'Q0FOQVJZLUNBTkFSWS1DQU5BUlk=';
const bomb = `a: &a [x, x]\n${[...'bcdefghij'].map((name, at) => `${name}: &${name} [*${'abcdefghi'[at]}, *${'abcdefghi'[at]}]\n`).join('')}`;
const manifests = [
  `${nodeYAML('a', '  peers:\n  - static: {addresses: ["x"]}\n')}---\n${secretYAML('s', `  tls.key: ${canary}\n`)}`,
  `apiVersion: v1\nkind: List\nitems:\n- ${nodeYAML('a').trimEnd().replaceAll('\n', '\n  ')}\n`,
  `${closedYAML()}---\n${bomb}`,
  `a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: [*a, *b], <<: *b}\n${nodeYAML('c')}`,
  ...readdirSync(examples)
    .slice(0, 4)
    .map(file => readFileSync(`${examples}/${file}`, 'utf8')),
];
const objects = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name: 'a', labels: { a: 'b' } },
      spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar: { resources: { limits: { cpu: '1' } } } },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { 'tls.key': canary } },
    JSON.parse(closedYAML()),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ ports: [{ containerPort: 1 }] }] },
      status: { podIP: '10.0.0.1' },
    },
  ],
};

test('a manifest with anything done to it is read, or what is wrong is said in a sentence', async t => {
  await fuzz(t, {
    who: 'plugin',
    fault: 'a manifest that was made to hurt',
    count: 5_000,
    whole: 20_000,
    holds: async random => {
      const fleet = await readText(
        random.below(2) === 0 ? damagedJSON(random, objects) : mutateText(random, random.pick(manifests)),
      );
      for (const node of fleet.nodes) node.lineOf('spec.peers[0].static.addresses');
      return wrongWith(fleet.faults.map(({ field, message }) => `${field ?? ''} ${message}`));
    },
  });
});

const kubeconfig = {
  'current-context': 'a',
  contexts: [{ name: 'a', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
  clusters: [
    {
      name: 'c',
      cluster: {
        server: 'https://h:6443/x/',
        'certificate-authority-data': 'YQ==',
        'proxy-url': 'http://p:1',
      },
    },
  ],
  users: [
    {
      name: 'u',
      user: { token: canary, exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', env: [] } },
    },
  ],
};

test('a kubeconfig with anything done to it is read, or what is wrong is said in a sentence', async t => {
  const file = join(temporaryDirectory('fuzz'), 'config');
  await fuzz(t, {
    who: 'plugin and operator',
    fault: 'a kubeconfig that was made to hurt',
    count: 5_000,
    whole: 20_000,
    holds: random => {
      writeFileSync(
        file,
        random.below(20) === 0 ? mutateText(random, bomb) : damagedJSON(random, kubeconfig),
      );
      try {
        const { cluster, clusterName } = chooseTarget(loadKubeconfig(file, {}), {});
        serverOf(cluster, `the cluster ${clusterName.slice(0, 9)}`);
        return undefined;
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        return wrongWith([error.message]);
      }
    },
  });
});

function damagedJSON(random: Random, value: object): string {
  const text = JSON.stringify(mutateValue(random, value), null, random.pick([0, 1])) ?? '';
  return random.below(3) === 0 ? mutateText(random, text) : text;
}

function wrongWith(sentences: readonly string[]): string | undefined {
  const showing = sentences.find(said => said.includes(canary.slice(4, 20)));
  // A field's name may be of any length, and JSON has it whole: people are shown the beginning.
  const shown = sentences.map(printableLine);
  return showing === undefined ? shown.map(said => noSentence(said)).find(Boolean) : `shows ${showing}`;
}
