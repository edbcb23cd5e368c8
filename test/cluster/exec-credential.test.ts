import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import type { Client } from '../../cluster/client.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { client, type Fake, fakeServer, json, kubeconfig, nodeList, writeFiles } from './fakes.ts';

const authority = await createAuthority('authority');
const serving = await authority.issue({ commonName: 'serving' }, [], ['127.0.0.1']);
const caller = await authority.issue({ commonName: 'jane' });
const list = { verb: 'list', resource: seiNodes } as const;
const v1 = 'client.authentication.k8s.io/v1';
const empty = json(nodeList([]));
const busy = json({ kind: 'Status', code: 401 }, 401);

type Plugin = {
  readonly asked: Client;
  readonly fake: Fake;
  /** How often the plugin ran. */
  readonly runs: () => number;
  /** What the plugin wrote into its file `info`. */
  readonly info: () => Record<string, unknown> & { spec: Record<string, unknown> };
};

/** A client whose user has a plugin: a shell script that keeps count of its runs in `$RUN`, from 1. */
async function withPlugin(
  t: ExecutionContext,
  script: string,
  exec: object = {},
  more: {
    answer?: RequestListener;
    user?: object;
    cluster?: object;
    stdinTaken?: boolean;
    http?: boolean;
  } = {},
): Promise<Plugin> {
  const pair = { ...serving, requestCert: true };
  const fake = await fakeServer(t, more.answer ?? empty, more.http ? undefined : pair);
  const head = '#!/bin/sh\ncd "$(dirname "$0")"\necho run >> runs\nRUN=$(wc -l < runs | tr -d " ")\n';
  const paths = writeFiles(t, {
    plugin: `${head}printf %s "$KUBERNETES_EXEC_INFO" > info\n${script}\n`,
    ca: authority.certificate,
    runs: '',
    info: '',
  });
  const cluster = {
    server: fake.url,
    ...(!more.http && { 'certificate-authority': paths.ca }),
    ...more.cluster,
  };
  const command = { apiVersion: v1, command: paths.plugin, interactiveMode: 'IfAvailable' };
  const config = kubeconfig(t, cluster, { exec: { ...command, ...exec }, ...more.user });
  const asked = client(t, config, { stdinTaken: more.stdinTaken ?? false });
  const runs = () => readFileSync(paths.runs, 'utf8').split('run').length - 1;
  return { asked, fake, runs, info: () => JSON.parse(readFileSync(paths.info, 'utf8')) };
}

/** A script that prints a credential. */
function prints(status: object, apiVersion = v1): string {
  return `cat <<END\n${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}\nEND`;
}

for (const version of ['v1', 'v1beta1']) {
  test(`a plugin of ${version} gives a token, and is asked once for many requests`, async t => {
    const apiVersion = `client.authentication.k8s.io/${version}`;
    const { asked, fake, runs, info } = await withPlugin(t, prints({ token: 'tok' }, apiVersion), {
      apiVersion,
    });
    await Promise.all(Array.from({ length: 20 }, () => asked.get(list)));
    await asked.get(list);
    t.is(runs(), 1);
    t.is(fake.seen.length, 21);
    for (const { headers } of fake.seen) t.deepEqual(headers.authorization, ['Bearer tok']);
    t.deepEqual(info(), { apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  });
}

test('a plugin gives a client certificate', async t => {
  const peers: string[] = [];
  const answer: RequestListener = (request, response) => {
    peers.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
    empty(request, response);
  };
  const status = { clientCertificateData: caller.certificate, clientKeyData: caller.key };
  const { asked } = await withPlugin(t, prints(status), {}, { answer });
  await asked.get(list);
  t.deepEqual(peers, ['jane']);
});

test('a plugin is told of the cluster where it wants to be, its authority read from the file', async t => {
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
  const { asked, fake, info } = await withPlugin(
    t,
    prints({ token: 'tok' }),
    { provideClusterInfo: true },
    { cluster: { extensions } },
  );
  await asked.get(list);
  t.deepEqual(info().spec, {
    interactive: false,
    cluster: {
      server: fake.url,
      'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
      config: { audience: 'a' },
    },
  });
});

test('a plugin gets its arguments and variables, and ours', async t => {
  const exec = { args: ['a b', '$HOME'], env: [{ name: 'GIVEN', value: 'x y' }] };
  const script = prints({ token: 'TOKEN' }).replace('TOKEN', '$1|$2|$GIVEN|$PATH');
  const { asked, fake } = await withPlugin(t, script, exec);
  await asked.get(list);
  t.deepEqual(fake.seen[0]?.headers.authorization, [`Bearer a b|$HOME|x y|${process.env.PATH}`]);
});

test('a plugin named by a path is looked for beside the kubeconfig', async t => {
  const fake = await fakeServer(t, empty, serving);
  const { plugin } = writeFiles(t, { plugin: `#!/bin/sh\n${prints({ token: 'tok' })}` });
  const exec = { apiVersion: v1, command: './plugin', interactiveMode: 'Never' };
  const config = {
    clusters: [{ name: 'c', cluster: { server: fake.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  const file = plugin.replace(/plugin$/, 'config');
  writeFileSync(file, JSON.stringify(config));
  await client(t, file).get(list);
  t.is(fake.seen.length, 1);
});

test('an expired credential is made anew, one that is not is kept', async t => {
  const past = await withPlugin(t, prints({ token: 'tok$RUN', expirationTimestamp: '2020-01-01T00:00:00Z' }));
  await past.asked.get(list);
  const first = past.runs();
  await past.asked.get(list);
  t.is(past.runs(), first + 1);
  const future = await withPlugin(t, prints({ token: 'tok', expirationTimestamp: '2999-01-01T00:00:00Z' }));
  await future.asked.get(list);
  await future.asked.get(list);
  t.is(future.runs(), 1);
});

test('after 401 a plugin is asked once more, once for many requests', async t => {
  const answer: RequestListener = (request, response) =>
    (request.headers.authorization === 'Bearer tok1' ? busy : empty)(request, response);
  const { asked, runs, fake } = await withPlugin(t, prints({ token: 'tok$RUN' }), {}, { answer });
  const answers = await Promise.all(Array.from({ length: 30 }, () => asked.get(list)));
  t.is(answers.length, 30);
  t.is(runs(), 2);
  t.true(fake.connections() <= 16, 'a new token needs no new connections');
});

test('after 401 with new credentials too, the answer stands', async t => {
  const { asked, runs } = await withPlugin(t, prints({ token: 'tok' }), {}, { answer: busy });
  await t.throwsAsync(asked.get(list), {
    message: /does not accept the credentials \(401 Unauthorized\): log in again$/,
  });
  t.is(runs(), 2);
});

test('after 401 another client certificate is shown on other connections', async t => {
  const other = await authority.issue({ commonName: 'joan' });
  const answer: RequestListener = (request, response) => {
    const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
    (CN === 'jane' ? busy : empty)(request, response);
  };
  const status = ({ certificate, key }: typeof caller) =>
    prints({ clientCertificateData: certificate, clientKeyData: key });
  const script = `if [ $RUN = 1 ]; then\n${status(caller)}\nelse\n${status(other)}\nfi`;
  const { asked, runs } = await withPlugin(t, script, {}, { answer });
  await Promise.all(Array.from({ length: 10 }, () => asked.get(list)));
  t.is(runs(), 2);
});

test('a plugin that failed is asked again by the next request', async t => {
  const { asked, runs } = await withPlugin(t, `[ $RUN = 1 ] && exit 7\n${prints({ token: 'tok' })}`);
  await t.throwsAsync(Promise.all([asked.get(list), asked.get(list)]), {
    message: /ended with exit code 7$/,
  });
  t.is(runs(), 1);
  await asked.get(list);
  t.is(runs(), 2);
});

test('what the kubeconfig holds itself outranks a plugin', async t => {
  const users = [
    { token: 'own' },
    { username: 'a', password: 'b' },
    {
      'client-certificate-data': Buffer.from(caller.certificate).toString('base64'),
      'client-key-data': Buffer.from(caller.key).toString('base64'),
    },
  ];
  for (const user of users) {
    const { asked, runs } = await withPlugin(t, 'exit 1', {}, { user });
    await asked.get(list);
    t.is(runs(), 0);
  }
});

test('for a server without TLS no plugin is asked', async t => {
  const { asked, runs, fake } = await withPlugin(t, 'exit 1', {}, { http: true });
  await asked.get(list);
  t.is(runs(), 0);
  t.is(fake.seen[0]?.headers.authorization, undefined);
});

const fails = test.macro({
  async exec(t, script: string, message: RegExp, exec: object = {}) {
    const { asked, fake } = await withPlugin(t, script, exec);
    const error = await t.throwsAsync(asked.get(list), { name: 'Error', message });
    t.regex(error?.message ?? '', /^user "u": exec/);
    t.notRegex(error?.message ?? '', /hunter2|\n/);
    t.deepEqual(fake.seen, []);
  },
  title: title => `a plugin that ${title} is one sentence, and what it printed is not in it`,
});

test('fails', fails, 'echo hunter2; exit 7', /the credential plugin ".*\/plugin" ended with exit code 7$/);
test('is killed', fails, 'kill -9 $$', /ended with SIGKILL$/);
test(
  'prints text',
  fails,
  'echo hunter2',
  /did not print an ExecCredential of client\.authentication\.k8s\.io\/v1$/,
);
test('prints nothing', fails, '', /did not print an ExecCredential/);
test(
  'prints another version',
  fails,
  prints({ token: 'hunter2' }, `${v1}beta1`),
  /did not print an ExecCredential of .*\/v1$/,
);
test(
  'prints no status',
  fails,
  `echo '{"apiVersion":"${v1}","kind":"ExecCredential","token":"hunter2"}'`,
  /did not print an ExecCredential/,
);
test(
  'gives nothing',
  fails,
  prints({ token: '' }),
  /gave neither a token nor a client certificate with its key$/,
);
test(
  'gives a certificate without a key',
  fails,
  prints({ token: 'hunter2', clientCertificateData: 'hunter2' }),
  /gave neither/,
);
test('is not installed', fails, '', /"seinode-login" is not installed: Install it: brew install x$/, {
  command: 'seinode-login',
  installHint: '\n  Install it:\n\n  brew install x\n',
});
test('is not installed, without a hint', fails, '', /"seinode-login" is not installed$/, {
  command: 'seinode-login',
});
test('has a NUL in its arguments', fails, '', /cannot be run: ERR_INVALID_ARG_VALUE$/, {
  args: ['a\u0000b'],
});
test('has arguments that are no text', fails, '', /exec\.args must be a list of strings: quote them$/, {
  args: [7],
});
test(
  'wants a terminal where there is none',
  fails,
  '',
  /asks for a terminal \(interactiveMode: Always\), and standard input is none$/,
  {
    interactiveMode: 'Always',
  },
);
test('a plugin that gives a token with a line break is one sentence, and nothing is sent', async t => {
  const { asked, fake } = await withPlugin(t, prints({ token: 'hunter2\nX: y' }));
  const error = await t.throwsAsync(asked.get(list), { message: /^user "u": the token holds a line break/ });
  t.notRegex(error?.message ?? '', /hunter2/);
  t.deepEqual(fake.seen, []);
});
test('a plugin that gives a certificate that is none is one sentence', async t => {
  const { asked } = await withPlugin(
    t,
    prints({ clientCertificateData: 'hunter2', clientKeyData: 'hunter2' }),
  );
  const error = await t.throwsAsync(asked.get(list), {
    message: /^user "u": the client certificate and its key cannot be used: ERR_/,
  });
  t.notRegex(error?.message ?? '', /hunter2/);
});

test('a plugin that may not be executed is one sentence', async t => {
  const { plugin } = writeFiles(t, { plugin: '' });
  chmodSync(plugin, 0o600);
  const { asked } = await withPlugin(t, '', { command: plugin });
  await t.throwsAsync(asked.get(list), { message: /cannot be run: EACCES$/ });
});

/** Only here the test process pretends to have a terminal. */
test.serial('a plugin may ask where standard input is a terminal that nobody reads', async t => {
  const { isTTY } = process.stdin;
  process.stdin.isTTY = true;
  t.teardown(() => {
    process.stdin.isTTY = isTTY;
  });
  const interactive = async (interactiveMode: string, stdinTaken: boolean) => {
    const { asked, info } = await withPlugin(
      t,
      prints({ token: 'tok' }),
      { interactiveMode },
      { stdinTaken },
    );
    await asked.get(list);
    return info().spec.interactive;
  };
  t.true(await interactive('IfAvailable', false));
  t.true(await interactive('Always', false));
  t.false(await interactive('Never', false));
  t.false(await interactive('IfAvailable', true));
  await t.throwsAsync(interactive('Always', true), {
    message: /and standard input is not its own \(-f -, or several contexts\)$/,
  });
});
