import test, { type ExecutionContext } from 'ava';
import { fakeServer, json, nodeList, seiNode, withoutNetwork, writeFiles } from '../cluster/fakes.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { complete } from './completion/complete.ts';
import { objections } from './schemas.ts';
import { invoke } from './terminal.ts';

const authority = await createAuthority('authority');
const serving = await authority.issue({ commonName: 'serving' }, [], ['127.0.0.1']);
const ca = Buffer.from(authority.certificate).toString('base64');

/** A fleet in each of the contexts a and b, which may meet at any time; `dead` is served by nobody, `no` refuses. */
async function contexts(t: ExecutionContext) {
  const serve = (name: string) => fakeServer(t, withoutNetwork(json(nodeList([seiNode(name)]))), serving);
  const [a, b, comma] = await Promise.all([serve('node-a'), serve('node-b'), serve('node-comma')]);
  const no = await fakeServer(
    t,
    json({ kind: 'Status', reason: 'Forbidden', message: 'no', code: 403 }, 403),
    serving,
  );
  const servers = { a: a.url, b: b.url, 'a,c': comma.url, no: no.url, dead: 'https://127.0.0.1:1' };
  const named = <T>(make: (name: string, url: string) => T) =>
    Object.entries(servers).map(([name, url]) => ({ name, ...make(name, url) }));
  const { config } = writeFiles(t, {
    config: JSON.stringify({
      'current-context': 'a',
      clusters: named((_, server) => ({ cluster: { server, 'certificate-authority-data': ca } })),
      users: named(name => ({ user: { token: `token-of-${name}` } })),
      contexts: named(name => ({ context: { cluster: name, user: name } })),
    }),
  });
  return {
    fakes: { a, b, no },
    list: (words: string) => invoke(`list --kubeconfig ${config} ${words}`),
    config,
  };
}

test('several contexts are one table, in the order given, with the context before all', async t => {
  const { list } = await contexts(t);
  const { code, out, err } = await list('--context b,a -A');
  t.is(err, '');
  t.is(code, 0);
  const [header, ...rows] = out
    .trim()
    .split('\n')
    .map(line => line.split(/ {2,}/).slice(0, 3));
  t.deepEqual(header, ['CONTEXT', 'NAMESPACE', 'NAME']);
  t.deepEqual(rows, [
    ['b', 'default', 'node-b'],
    ['a', 'default', 'node-a'],
  ]);
});

test('a document says the context of each node, and one of a single context says none', async t => {
  const { list } = await contexts(t);
  const { out } = await list('--context a,b -o json');
  const report = JSON.parse(out);
  t.deepEqual(
    report.items.map(({ context, name }: Record<string, string>) => [context, name]),
    [
      ['a', 'node-a'],
      ['b', 'node-b'],
    ],
  );
  t.deepEqual(objections(report), []);
  t.false('context' in JSON.parse((await list('--context a -o json')).out).items[0]);
  t.regex((await list('--context a,b -o yaml')).out, /- context: a\n/);
});

test('the token of a context goes to its own server alone', async t => {
  const { list, fakes } = await contexts(t);
  await list('--context a,b,no,dead');
  for (const [name, { seen }] of Object.entries(fakes)) {
    t.deepEqual(
      [...new Set(seen.flatMap(({ headers }) => headers.authorization ?? ['none']))],
      [`Bearer token-of-${name}`],
    );
  }
});

for (const [lost, why] of [
  ['dead', /^error: context "dead": .*127\.0\.0\.1:1\b.*nothing listens there/],
  ['no', /^error: context "no": .*no/],
  ['none', /^error: context "none": no context is named "none" in .*; there is "a", /],
] as const) {
  test(`a context that cannot be read (${lost}) is named, and the others are shown: partial is never 0`, async t => {
    const { list } = await contexts(t);
    for (const output of ['table', 'json', 'yaml', 'name']) {
      const { code, out, err } = await list(`--context a,${lost},b -o ${output}`);
      t.is(code, 3);
      t.regex(out, /node-a[\s\S]*node-b/);
      t.regex(err, why);
      t.false(err.includes('token-of'));
    }
  });
}

test('where none can be read there is no list, not even an empty one', async t => {
  const { list } = await contexts(t);
  for (const output of ['table', 'json']) {
    const { code, out, err } = await list(`--context dead,no -o ${output}`);
    t.is(code, 3);
    t.is(out, '');
    t.is(err.trim().split('\n').length, 2, err);
  }
});

test('a context named twice is read once; one alone is shown as ever', async t => {
  const { list, fakes } = await contexts(t);
  const { code, out } = await list('--context a,a');
  t.is(code, 0);
  t.regex(out, /^NAME /);
  t.is(fakes.a.seen.filter(({ url }) => url.includes('seinodes')).length, 1);
});

test('a context whose own name holds a comma is that context', async t => {
  const { list, config } = await contexts(t);
  t.regex((await list('--context a,c')).out, /^NAME [\s\S]*node-comma/);
  const { code, out } = await invoke(['tls', 'check', '--context', 'a,c', '--kubeconfig', config]);
  t.is(code, 0);
  t.regex(out, /node-comma/);
});

test('each context is asked in its own namespace, and -n and -l go to all', async t => {
  const { list, fakes } = await contexts(t);
  await list('--context a,b -n arctic -l x=y');
  for (const { seen } of [fakes.a, fakes.b]) {
    t.true(
      seen.some(({ url }) =>
        url.startsWith('/apis/sei.io/v1alpha1/namespaces/arctic/seinodes?labelSelector=x%3Dy'),
      ),
    );
  }
});

for (const [words, why] of [
  ['--context a,', /--context "a," has an empty name; write --context A,B/],
  ['--context a,b --user a', /--cluster and --user go with one context/],
  ['--context a,b --cluster a', /--cluster and --user go with one context/],
  ['--context a,b -w', /names several contexts, which only list without -w takes; name one/],
  ['--context a,b -l ==', /selector/],
  ['--context a,b --request-timeout soon', /--request-timeout "soon" is no duration/],
] as const) {
  test(`list ${words} is a wrong command line, and nobody is asked`, async t => {
    const { list, fakes } = await contexts(t);
    const { code, out, err } = await list(words);
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, why);
    t.is(fakes.a.seen.length, 0);
  });
}

for (const command of [
  'inspect n',
  'tls check',
  'tls verify n',
  'tls enable n --secret s --yes',
  'tls resume n --yes',
  'tls history',
  'tls request n --format csr --key-out key',
  'policy check',
  'netpol reach',
  'netpol template',
  'doctor',
]) {
  test(`${command} takes one context, and says so`, async t => {
    const { fakes, config } = await contexts(t);
    for (const given of ['a,b', 'a,a']) {
      const { code, out, err } = await invoke(`${command} --context ${given} --kubeconfig ${config}`);
      t.is(code, 2, err);
      t.is(out, '');
      t.regex(err, /--context "a,.*" names several contexts, which only list without -w takes; name one/);
      t.is(fakes.a.seen.length, 0);
    }
  });
}

test('after a comma a TAB proposes what is not taken yet, for list alone', async t => {
  const { config } = await contexts(t);
  const values = async (line: string) =>
    Object.keys((await complete(`${line} --kubeconfig ${config} --context b,`)).candidates);
  t.deepEqual(await values('list'), ['b,a', 'b,no', 'b,dead']);
  t.deepEqual(await values('inspect'), []);
});
