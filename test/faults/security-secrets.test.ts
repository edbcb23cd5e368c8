import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { pathOf, secrets } from '../../cluster/resource.ts';
import { kubeconfig, writeFiles } from '../cluster/fakes.ts';
import { until } from '../control-plane/until.ts';
import { validator } from '../core/resources/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import type { Operator } from '../operator/program.ts';
import { killAll, sidecar } from '../sidecar/program.ts';
import { withBed } from '../toggle/bed.ts';
import { plugin } from '../toggle/plugin.ts';
import { beginTrial } from '../toggle/trial.ts';
import { sampleOf, survives } from './matrix.ts';
import { Canaries } from './security/canaries.ts';

const audit = temporaryDirectory('audit');
process.env.CONTROL_PLANE_AUDIT = audit;
const { test: onBed, bed, inNamespace } = withBed({ controller: 'ours' });
test.after.always(killAll);

/** A secret of a kind of its own, which no other text has a part of. */
const made = (what: string) =>
  `${what}+${Array.from({ length: 8 }, (_, at) => `${what}${at * 7919}/`).join('')}==`;
const value = (what: string) => ({ type: 'tendermint/PrivKeyEd25519', value: made(what) });
const signing = {
  address: 'A',
  pub_key: { type: 'tendermint/PubKeyEd25519', value: 'P' },
  priv_key: value('signing-key'),
};
const keys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  consensus: { 'priv_validator_key.json': JSON.stringify(signing), mnemonic: made('mnemonic') },
  p2p: { 'node_key.json': JSON.stringify({ priv_key: value('node-key') }) },
  keyring: { 'node_admin.info': made('keyring'), 'a.address': made('keyring-index') },
  passphrase: { word: made('passphrase') },
};

/** What of a PEM is no part of the certificate: in PKCS #1 all that follows the modulus. */
const private_ = (pem: string) => pem.replaceAll(/-----.*-----|\n/g, '').slice(400);

function tokenOf(file: string): string {
  return JSON.parse(readFileSync(file, 'utf8')).users[0].user.token;
}

/** Of a token (a JWT) what proves it; what it says of its owner is no secret. */
function proofOf(file: string): string {
  return tokenOf(file).split('.')[2]!;
}

function tellsNothing(t: ExecutionContext, canaries: Canaries, told: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(told)) t.is(canaries.toldIn(text), undefined, where);
}

test('a secret is found as it is, in base64, in hex, in a URL, and in part', t => {
  const secret = made('secret');
  const canaries = new Canaries({ secret });
  const base64 = Buffer.from(`{"password":"${secret}"}`).toString('base64');
  const hidden = [
    secret,
    secret.slice(9, 25),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    base64,
  ];
  for (const text of hidden) t.regex(canaries.toldIn(`so ${text} it is`) ?? '', /^secret: /, text);
  t.is(canaries.toldIn(`so ${secret.slice(0, 15)} it is`), undefined);
});

onBed('nothing that the operator or the plugin writes, logs or answers has a part of a secret', async t => {
  const { controlPlane, key } = bed();
  const { kubectl, directory } = controlPlane;
  const place = await inNamespace('secrets');
  writeFileSync(join(directory, 'token'), made('sidecars-token'));
  await kubectl(['create', 'serviceaccount', 'jane', '-n', place.namespace]);
  const cluster = [
    'clusterrolebinding',
    'jane',
    '--clusterrole=cluster-admin',
    `--serviceaccount=${place.namespace}:jane`,
  ];
  await kubectl(['create', ...cluster]);
  const jane = await controlPlane.serviceAccountKubeconfig(place.namespace, 'jane');
  const operators = readdirSync(directory).filter(
    file => /kubeconfig/.test(file) && /"token"/.test(readFileSync(join(directory, file), 'utf8')),
  );
  const canaries = new Canaries({
    'the key of TLS': private_(key.privateKey),
    'the token for sidecars': made('sidecars-token'),
    ...Object.fromEntries(operators.map(file => [`the token in ${file}`, proofOf(join(directory, file))])),
    'the token of who asks': proofOf(jane),
    ...Object.fromEntries(
      ['signing-key', 'mnemonic', 'node-key', 'keyring', 'keyring-index', 'passphrase'].map(what => [
        what,
        made(what),
      ]),
    ),
    'the password of a proxy': made('proxy-password'),
    'the password of a user': made('user-password'),
    'a token of a plugin': made('exec-token'),
  });
  t.true(operators.length >= 1);
  for (const [name, stringData] of Object.entries(keys)) await place.secret(name, stringData);
  await survives(
    { who: 'plugin and operator', fault: 'secrets in every place that may hold one' },
    async () => {
      const trial = await beginTrial(bed(), place);
      await place.node(validator, 'n1');
      await place.node({ sidecar: { tls: { secretName: 'passphrase' } } }, 'n2');
      const said: Record<string, string> = {};
      const run = async (line: string, file = jane, env = {}) => {
        const { code, stdout, stderr } = await plugin([...line.split(' '), '--kubeconfig', file], { env })
          .ended;
        said[`${line} (${code})`] = stdout + stderr;
        return code;
      };
      const n = `-n ${place.namespace}`;
      t.is(await run(`tls enable n0 --secret n0-tls --yes ${n}`), 0, JSON.stringify(said));
      await place.says('SidecarTLSSecretReady', 'False Malformed', /(?:)/, 'n2');
      const formats = ['table', 'wide', 'json', 'yaml'].map(format => `-o ${format} -v 9`);
      const commands = [
        `list ${n}`,
        `inspect n0 ${n}`,
        `inspect n1 ${n}`,
        `tls check ${n}`,
        `policy check ${n}`,
        `netpol reach ${n}`,
        `doctor ${n}`,
        `tls history n0 ${n}`,
      ];
      const lines = commands.flatMap(command => formats.map(format => `${command} ${format}`));
      for (const line of sampleOf(lines, 9)) await run(line);
      for (const format of sampleOf(['sarif', 'junit', 'github'], 1))
        await run(`policy check ${n} -o ${format}`);
      for (const format of ['certificate', 'csr', 'secret'])
        await run(`tls request n0 ${n} --format ${format}`);
      await run(`tls verify n0 ${n} -v 9`);
      await run(`__complete list ${n} `);
      const server = { server: controlPlane.server, 'insecure-skip-tls-verify': true };
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        interactiveMode: 'Never',
        command: 'sh',
        args: ['-c', 'echo "$ANSWER"'],
      };
      const answer = JSON.stringify({
        apiVersion: exec.apiVersion,
        kind: 'ExecCredential',
        status: { token: made('exec-token') },
      });
      const proxy = `http://user:${encodeURIComponent(made('proxy-password'))}@127.0.0.1:1`;
      const hostile: Readonly<Record<string, readonly [object, object]>> = {
        'a proxy that nobody is': [{ ...server, 'proxy-url': proxy }, { token: tokenOf(jane) }],
        'a proxy that is no URL': [{ ...server, 'proxy-url': proxy.replace('http:', 'gopher:') }, {}],
        'a password in the address': [
          { server: `https://user:${encodeURIComponent(made('user-password'))}@127.0.0.1:1` },
          {},
        ],
        'a password that is wrong': [server, { username: 'jane', password: made('user-password') }],
        'a token that is wrong': [server, { token: made('user-password') }],
        'a token that no header can be': [server, { token: `${made('user-password')}\n` }],
        'a plugin whose token is wrong': [
          server,
          { exec: { ...exec, env: [{ name: 'ANSWER', value: answer }] } },
        ],
        'a plugin that says something else': [
          server,
          { exec: { ...exec, env: [{ name: 'ANSWER', value: `{"${made('exec-token')}` }] } },
        ],
        'a key that is none': [
          server,
          {
            'client-certificate-data': 'YQ==',
            'client-key-data': Buffer.from(key.privateKey).toString('base64').slice(8),
          },
        ],
      };
      for (const [what, [of, user]] of Object.entries(hostile)) {
        const code = await run(`list -v 9 ${n}`, kubeconfig(t, of, user));
        t.is(code, 3, what);
      }
      const metrics = await (await fetch(`${(bed().controller as Operator).metrics}/metrics`)).text();
      t.regex(metrics, /^seinode_/m);
      tellsNothing(t, canaries, {
        ...said,
        'the log of the operator': readFileSync(join(directory, 'operator.log'), 'utf8'),
        'the log of the API server': readFileSync(join(directory, 'kube-apiserver.log'), 'utf8'),
        'what the API server was asked': readdirSync(audit)
          .map(file => readFileSync(join(audit, file), 'utf8'))
          .join(),
        'every object but Secrets': await objects(),
        metrics,
      });
      t.truthy(trial.before.node);
      const held = await controlPlane.call('GET', pathOf({ resource: secrets, namespace: place.namespace }));
      t.truthy(canaries.toldIn(JSON.stringify(held.body)), 'what must not be found is there to be found');
    },
  );

  /** Everything that `kubectl get` gives as JSON, of every kind but Secrets. */
  async function objects(): Promise<string> {
    const kinds = (await kubectl(['api-resources', '--verbs=list', '-o', 'name'])).stdout
      .trim()
      .split('\n')
      .filter(kind => kind !== 'secrets');
    const { code, stdout, stderr } = await kubectl(['get', kinds.join(','), '-A', '-o', 'json']);
    t.is(code, 0, stderr);
    t.regex(stdout, /"kind": "Event"/);
    t.regex(stdout, /seinode-toggle|toggle/);
    return stdout;
  }
});

test('a sidecar whose object store refuses it tells nothing of its credentials', async t => {
  const canaries = new Canaries({
    'the secret key': made('aws-secret'),
    'the session’s token': made('aws-session'),
    'a password in a URL': made('url-password'),
    'a signature in a URL': made('url-signature'),
  });
  await survives({ who: 'sidecar', fault: 'credentials of an object store that refuses them' }, async () => {
    const { tasks, open, lines, child } = await sidecar({
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: made('aws-secret') },
      ...{
        AWS_SESSION_TOKEN: made('aws-session'),
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_MAX_ATTEMPTS: '1',
      },
      ...{ SEI_GENESIS_BUCKET: 'genesis', SEI_GENESIS_REGION: 'us-east-1' },
      ...{ SEI_SNAPSHOT_BUCKET: 'snapshots', SEI_SNAPSHOT_REGION: 'us-east-1' },
    });
    t.teardown(() => child.kill('SIGKILL'));
    const asked = [
      { type: 'configure-genesis', params: {} },
      {
        type: 'configure-genesis',
        params: { url: `https://jane:${encodeURIComponent(made('url-password'))}@127.0.0.1:1/` },
      },
      {
        type: 'configure-genesis',
        params: { url: `https://127.0.0.1:1/?X-Amz-Signature=${encodeURIComponent(made('url-signature'))}` },
      },
      { type: 'snapshot-restore', params: {} },
      { type: 'no-such-task', params: { password: made('url-password') } },
    ];
    const answers: { id?: string; text: string }[] = [];
    for (const body of asked) {
      const answer = await fetch(`${tasks}/v0/tasks`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      const text = await answer.text();
      answers.push({ text, ...(answer.ok && { id: JSON.parse(text).id }) });
    }
    const task = async (id: string) =>
      (await fetch(`${tasks}/v0/tasks/${id}`)).json() as Promise<{ status: string; error?: string }>;
    const errors: string[] = [];
    for (const { id } of answers.filter(({ id }) => id)) {
      t.true(await until(async () => !/pending|running/.test((await task(id!)).status)));
      errors.push(`${(await task(id!)).error}`);
    }
    t.true(errors.length >= 3, JSON.stringify(answers));
    const metrics = await (await fetch(`${open}/v0/metrics`)).text();
    // What a task is sent with is told to whoever may read tasks, and to nobody else (docs/threat-model.md).
    tellsNothing(t, canaries, {
      log: lines.join('\n'),
      metrics,
      errors: errors.join('\n'),
      answers: answers.map(({ text }) => text).join(),
    });
  });
});

test('a plugin that runs out of memory leaves no heap, report or core behind, and says nothing of a secret', async t => {
  const secret = made('out-of-memory');
  const canaries = new Canaries({ secret });
  const data = { 'tls.crt': '', 'tls.key': Buffer.from(secret).toString('base64') };
  const many = Array.from({ length: 60_000 }, (_, at) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `s${at}`, namespace: 'arctic' },
    data,
  }));
  const { list } = writeFiles(t, { list: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: many }) });
  await survives({ who: 'plugin', fault: 'memory runs out' }, async () => {
    const cwd = temporaryDirectory('left');
    const main = join(import.meta.dirname, '../../plugin/main.ts');
    // No limit of its own keeps a program from leaving a core; people and container runtimes set it.
    const line = `ulimit -c 0; exec "$0" --max-old-space-size=24 ${main} list -f ${list} -o json`;
    const { status, signal, stdout, stderr } = spawnSync('/bin/sh', ['-c', line, process.execPath], {
      cwd,
      encoding: 'utf8',
      env: {},
    });
    t.true(signal !== null || status !== 0);
    t.regex(stderr, /heap out of memory/);
    tellsNothing(t, canaries, { stdout, stderr });
    t.deepEqual(readdirSync(cwd), []);
  });
});

test('nothing that starts our programs has them write heaps or reports, or wait for a debugger', t => {
  const starts = [
    'operator/Containerfile',
    'sidecar/Containerfile',
    'sidecar/seictl',
    'scripts/launch.cjs',
    'scripts/npm/kubectl-seinode.cjs',
    'scripts/executable.ts',
    'operator/manifests/manager/deployment.yaml',
    'plugin/main.ts',
  ];
  for (const file of starts)
    t.notRegex(
      readFileSync(join(import.meta.dirname, '../..', file), 'utf8'),
      /--(heap|report|abort-on|inspect|diagnostic-dir|tls-keylog)/,
      file,
    );
});
