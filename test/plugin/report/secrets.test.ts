import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { parseAllDocuments } from 'yaml';
import { redacted } from '../../../plugin/report/redact.ts';
import { exampleSecret } from '../hostile.ts';
import { report } from './make.ts';
import { unzip } from './unzip.ts';

const { privateKey: other } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const { data = {} } = exampleSecret('good-rsa');
const key = Buffer.from(data['tls.key'] ?? '', 'base64').toString();
const token = ['{"alg":"RS256","kid":"1"}', '{"sub":"system:serviceaccount:a:b"}', 'signature-of-the-token']
  .map(part => Buffer.from(part).toString('base64url'))
  .join('.');
const password = 'correct-horse-battery-staple';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Each secret, and what of it is searched for: stretches of its letters, of those in base64, and of the lines of a key. */
const planted = [key, other, token, password].flatMap(secret =>
  [secret, Buffer.from(secret).toString('base64'), secret.replaceAll(/-----[^-]+-----|\s/g, '')].flatMap(
    text => Array.from({ length: Math.ceil(text.length / 10) }, (_, at) => text.slice(at * 10, at * 10 + 18)),
  ),
);

/** Wherever somebody may have put one. */
const metadata = {
  namespace: 'arctic',
  labels: { 'sei.io/node': 'n0' },
  annotations: {
    [lastApplied]: JSON.stringify({ kind: 'Secret', data, stringData: { password } }),
    'example.com/backup': key,
    'example.com/bare': key.replaceAll(/-----[^-]+-----|\s/g, ''),
    'example.com/password': password,
    'seinode.sei.io/break-glass': `because Bearer ${token} and ${other}`,
  },
  managedFields: [
    { manager: password, operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:data': { key } } },
  ],
};
const env = [
  { name: 'DATABASE', value: password },
  { name: 'SEI_HOME', value: '/sei' },
  { name: 'SEI_TOKEN', value: token },
  { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'tls.key' } } },
];
const containers = [
  {
    name: 'seid',
    image: 'i',
    env,
    command: ['seid', '--keyring-password', password],
    args: [
      '--token=correct-horse-battery-staple',
      `--url=https://${password}@host/a?X-Amz-Signature=${token}`,
    ],
  },
];
const failure = `the sidecar said: ${key} ${Buffer.from(other).toString('base64')} ${token}`;
const objects = [
  {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { ...metadata, name: 'n0' },
    spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar: { tls: { secretName: 's' } } },
    status: {
      phase: 'Failed',
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'PlanFailed',
          message: failure,
          lastTransitionTime: '2026-05-01T12:00:00Z',
        },
      ],
      plan: {
        id: 'p',
        phase: 'Failed',
        tasks: [
          {
            id: '1',
            type: 'config-apply',
            status: 'Failed',
            error: failure,
            params: { url: `https://s3/a?sig=${token}`, key },
          },
        ],
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { ...metadata, name: 's' },
    data,
    stringData: { password, other },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'n0-0' },
    spec: { containers, initContainers: containers },
    status: {},
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, name: 'n0' }, spec: { clusterIP: 'None' } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { ...metadata, name: 'n0' },
    spec: { template: { metadata, spec: { containers } } },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { ...metadata, name: 'p' },
    spec: { podSelector: {} },
  },
];
const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

test('no key, token or password is in a page, wherever one was put', async t => {
  const { code, bytes } = await report('-f -', list);
  t.is(code, 0);
  const text = bytes.toString();
  t.true(text.includes('the sidecar said: (redacted)'));
  t.deepEqual(leaksIn(text), []);
});

test('no key, token or password is in a bundle, nor what kubectl last applied or who manages fields', async t => {
  const { code, bytes } = await report('-f - -o zip', list);
  t.is(code, 0);
  const files = unzip(bytes);
  t.deepEqual(
    [...files.keys()],
    [
      'report.html',
      ...['SeiNode', 'Secret', 'StatefulSet', 'Pod', 'Service', 'NetworkPolicy'].map(
        kind => `objects/${kind}.yaml`,
      ),
    ],
  );
  for (const [name, text] of files) {
    t.deepEqual(leaksIn(text), [], name);
    t.notRegex(text, /last-applied|managedFields/, name);
  }
});

test('the objects of a bundle are whole but for what is redacted, and say what is', async t => {
  const files = unzip((await report('-f - -o zip', list)).bytes);
  const objectOf = (kind: string) => parseAllDocuments(files.get(`objects/${kind}.yaml`) ?? '')[0]?.toJS();
  t.like(objectOf('SeiNode'), { metadata: { name: 'n0', namespace: 'arctic' }, spec: objects[0]?.spec });
  t.deepEqual(objectOf('Secret').data, {
    'tls.crt': '(redacted)',
    'tls.key': '(redacted)',
    password: '(redacted)',
    other: '(redacted)',
  });
  t.deepEqual(objectOf('Pod').spec.containers[0].env, [
    { name: 'DATABASE', value: '(redacted)' },
    { name: 'SEI_HOME', value: '/sei' },
    { name: 'SEI_TOKEN', value: '(redacted)' },
    { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'tls.key' } } },
  ]);
  t.is(objectOf('Pod').metadata.annotations['example.com/password'], '(redacted)');
  t.regex(
    objectOf('Pod').metadata.annotations['seinode.sei.io/break-glass'],
    /^because Bearer \(redacted\) and \(redacted\)\n$/,
  );
});

test('a bundle read back knows that there is a Secret and that nobody can read it: it is not taken for missing', async t => {
  const files = unzip((await report('-f - -o zip', list)).bytes);
  const documents = ['SeiNode', 'Secret'].map(kind => files.get(`objects/${kind}.yaml`)).join('---\n');
  const { code, bytes } = await report('-f -', documents);
  t.is(code, 3);
  t.regex(bytes.toString(), /<span class="badge warn">Unavailable<\/span>/);
});

const kept = [
  'the certificate in Secret arctic/san-missing-tls lacks the DNS names san-missing.arctic.svc.cluster.local',
  'cda85f61c80be6e419663249d78f5a54f9097e2e02308aababe1b9500ec01acf',
  'ghcr.io/sei-protocol/sei@sha256:cda85f61c80be6e419663249d78f5a54f9097e2e02308aababe1b9500ec01acf',
  'kubectl create secret tls n0-tls --cert=tls.crt --key=tls.key',
  'https://github.com/sei-protocol/kubectl-seinode/blob/main/docs/rules/tls-secret.md',
  'CN=a-very-long-name-of-a-node-that-somebody-chose,O=Sei',
  '6bcd1c2f1b9a4d7c8e3f0a5b6c7d8e9f0a1b2c3d@10.0.0.1:26656',
];
for (const text of kept) {
  test(`nothing is taken for a secret in: ${text}`, t => t.is(redacted(text), text));
}

const hiddenOnes: readonly (readonly [string, string])[] = [
  [`a ${key.trimEnd()} b`, 'a (redacted) b'],
  [key.slice(0, 200), '(redacted)'],
  [`data: ${data['tls.key']}`, 'data: (redacted)'],
  [`Authorization: Bearer ${token}`, 'Authorization: Bearer (redacted)'],
  [`Authorization: Basic dXNlcjpwYXNz`, 'Authorization: Basic (redacted)'],
  [`get https://user:pass@host/path`, 'get https://(redacted)@host/path'],
  [`get https://s3/a?X-Amz-Signature=abc failed`, 'get https://s3/a?(redacted) failed'],
  ['AKIAIOSFODNN7EXAMPLE', '(redacted)'],
  [`from 0x${'4c0883a6'.repeat(8)}`, 'from (redacted)'],
  ['--db-password=x y', '--db-password=(redacted) y'],
  ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1', '(redacted)'],
  [Buffer.from(`x${key}`).toString('base64'), '(redacted)'],
  [Buffer.from(`xy${key}`).toString('base64'), '(redacted)'],
];
for (const [text, left] of hiddenOnes) {
  test(`of "${text.slice(0, 24)}…" is left: ${left}`, t => t.is(redacted(text), left));
}

function leaksIn(text: string): string[] {
  return planted.filter(stretch => stretch.length === 18 && text.includes(stretch));
}
