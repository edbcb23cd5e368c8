import type { RequestListener } from 'node:http';
import test from 'ava';
import {
  type Fake,
  fakeServer,
  json,
  kubeconfig,
  nodeList,
  seiNode,
  withoutNetwork,
} from '../../cluster/fakes.ts';
import { invoke } from '../terminal.ts';

const notFound: RequestListener = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
};
const status = (code: number, reason: string, message = '') =>
  json({ kind: 'Status', apiVersion: 'v1', reason, message, code }, code);

/** Answers by path, without the query; what is not there is NotFound, and of what decides who connects there is none. */
function routes(answers: Readonly<Record<string, RequestListener>>): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    (answers[path] ?? withoutNetwork(status(404, 'NotFound')))(request, response);
  };
}

const paths = ({ seen }: Fake) => seen.map(({ url }) => url);

/** What `list` asks for to judge who connects, whatever nodes there are; `inspect` asks for pods and what nodes run as, too. */
const besides = [
  '/api/v1/namespaces/sei-k8s-controller-system/configmaps/seinode-policy',
  '/api/v1/namespaces?limit=500',
  '/apis',
  '/apis/apps/v1/daemonsets?limit=500',
  '/apis/networking.k8s.io/v1/networkpolicies?limit=500',
];
const besidesInspect = [
  ...besides.filter(path => !path.includes('/configmaps/')),
  '/api/v1/namespaces/default/services?limit=500',
  '/api/v1/pods?limit=500',
  '/apis/apps/v1/namespaces/default/statefulsets?limit=500',
];
const nodes = '/apis/sei.io/v1alpha1/namespaces/default/seinodes';
const withTLS = (name: string, secretName: string) => {
  const node = seiNode(name) as { spec: object };
  return { ...node, spec: { ...node.spec, sidecar: { tls: { secretName } } } };
};

for (const name of ['..', '.', 'a/b', 'a/../b', 'a%2fb']) {
  test(`a node named ${name} is not there, and nothing is asked for it`, async t => {
    const fake = await fakeServer(t, withoutNetwork(json(nodeList([]))));
    const config = kubeconfig(t, { server: fake.url });
    for (const command of ['inspect', 'tls check']) {
      const { code, err } = await invoke([...command.split(' '), name, '--kubeconfig', config]);
      t.is(code, 3);
      t.is(err, `error: SeiNode "${name}" not found in namespace default\n`);
    }
    t.deepEqual(paths(fake).toSorted(), besidesInspect.toSorted());
  });
}

test('a namespace of -n that would make another path of the URL is refused', async t => {
  const fake = await fakeServer(t, json(nodeList([seiNode('a')])));
  const { code, out, err } = await invoke(`list -n .. --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 3);
  t.is(out, '');
  t.is(err, 'error: no object or namespace can be named ".."\n');
  t.deepEqual(fake.seen, []);
});

test('a Secret that is named . by a node does not list all Secrets', async t => {
  const fake = await fakeServer(t, routes({ [nodes]: json(nodeList([withTLS('a', '.')])) }));
  const { code, out } = await invoke(`list --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 0);
  t.regex(out, /^a .* NotFound/m);
  t.deepEqual(paths(fake).toSorted(), [...besides, `${nodes}?limit=500`].toSorted());
});

test('only the Secrets that nodes name are read, each once', async t => {
  const items = [withTLS('a', 's'), withTLS('b', 's'), withTLS('c', 'other'), seiNode('d')];
  const fake = await fakeServer(t, routes({ [nodes]: json(nodeList(items)) }));
  const { code } = await invoke(`list --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 0);
  const secrets = '/api/v1/namespaces/default/secrets';
  const asked = [...besides, `${secrets}/other`, `${secrets}/s`, `${nodes}?limit=500`];
  t.deepEqual(paths(fake).toSorted(), asked.toSorted());
});

test('Secrets that may not be read are one sentence a namespace; the rows are shown, and exit is 3', async t => {
  const items = ['a', 'b', 'c'].map(name => withTLS(name, `${name}-tls`));
  const forbidden = status(403, 'Forbidden', 'secrets "a-tls" is forbidden: User "bob" cannot get resource');
  const answers = Object.fromEntries(
    ['a', 'b', 'c'].map(name => [`/api/v1/namespaces/default/secrets/${name}-tls`, forbidden]),
  );
  const fake = await fakeServer(t, routes({ ...answers, [nodes]: json(nodeList(items)) }));
  const { code, out, err } = await invoke(`list --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 3);
  t.regex(out, /^a .*\nb .*\nc /m);
  t.regex(
    err,
    /^error: no permission to get secrets "[abc]-tls" in the namespace default as "bob": a Role in default with the verb get on secrets is needed; the same for 2 more Secrets\n$/,
  );
});

test('a server that goes away after the nodes is one sentence for Secrets of all namespaces, and one for each of the rest', async t => {
  const items = Array.from({ length: 40 }, (_, index) => {
    const node = withTLS(`n${index}`, 's') as { metadata?: object };
    return { ...node, metadata: { name: `n${index}`, namespace: `ns${index}` } };
  });
  const broken: RequestListener = (_request, response) => response.socket?.destroy();
  const fake = await fakeServer(t, (request, response) => {
    (/seinodes/.test(request.url ?? '') ? json(nodeList(items)) : broken)(request, response);
  });
  const { code, out, err } = await invoke(`list -A --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 3);
  t.is(out.trim().split('\n').length, 41);
  const gone = 'error: [^\n]+ cannot be reached: [^\n]+';
  const kinds = 'daemonsets.apps, namespaces, other kinds of policies';
  t.regex(
    err,
    new RegExp(`^${gone}; the same for 39 more Secrets\n${gone}; the same for ${kinds}\n${gone}\n$`),
  );
});

test('a Secret of another kind or shape is said; nothing of it is', async t => {
  for (const answer of [
    json({ kind: 'SecretList', items: [] }),
    json({ kind: 'Secret', data: { 'tls.key': 'hunter2%' } }),
  ]) {
    const secret = '/api/v1/namespaces/default/secrets/s';
    const fake = await fakeServer(
      t,
      routes({ [nodes]: json(nodeList([withTLS('a', 's')])), [secret]: answer }),
    );
    const { code, out, err } = await invoke(`list --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
    t.is(code, 3);
    t.regex(
      err,
      /^error: (cannot get secrets "s" .* answers with kind "SecretList"|the Secret default\/s cannot be understood: )[^\n]+\n$/,
    );
    t.notRegex(out + err, /hunter2/);
  }
});

const groups = (...groupVersions: string[]) =>
  json({
    kind: 'APIGroupList',
    groups: [
      { name: 'apps' },
      { name: 'sei.io', versions: groupVersions.map(groupVersion => ({ groupVersion })) },
    ],
  });

const missing = test.macro({
  async exec(t, apis: RequestListener, message: RegExp) {
    const fake = await fakeServer(t, routes({ '/apis': apis, [nodes]: notFound, [`${nodes}/a`]: notFound }));
    for (const command of ['list', 'list -w', 'tls check a']) {
      const { code, err } = await invoke(`${command} --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
      t.is(code, 3);
      t.regex(err, /^error: [^\n]+\n$/);
      t.regex(err, message);
    }
  },
  title: title => `${title} is said in one sentence`,
});

test(
  'no CRD at all',
  missing,
  json({ kind: 'APIGroupList', groups: [] }),
  /knows no SeiNode: the CRD seinodes\.sei\.io is not installed: install it, or choose another cluster/,
);
test(
  'a group without the CRD',
  missing,
  groups('sei.io/v1alpha1'),
  /the CRD seinodes\.sei\.io is not installed/,
);
test(
  'a CRD of another version',
  missing,
  groups('sei.io/v1beta1', 'sei.io/v1\u001b[2J'),
  /is of another version: sei\.io\/v1beta1, sei\.io\/v1\\u001b\[2J is served, sei\.io\/v1alpha1 is needed$/m,
);
test(
  'a server that has no API at all',
  missing,
  notFound,
  /knows no SeiNode: it serves no API groups at all; check the server/,
);
test(
  'groups that may not be read',
  missing,
  status(403, 'Forbidden'),
  /knows no SeiNode: the CRD seinodes\.sei\.io is not installed/,
);

test('impersonation that is not allowed is not taken for a missing verb on nodes', async t => {
  for (const said of [
    'users "jane" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    'seinodes.sei.io is forbidden: User "bob" cannot impersonate-on:user-info:list resource "seinodes" in API group "sei.io"',
  ]) {
    const fake = await fakeServer(t, status(403, 'Forbidden', said));
    const { err } = await invoke(`list --as jane --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
    t.is(
      err,
      'error: no permission to act as somebody else as "bob": a ClusterRole with the verb impersonate on users and groups is needed\n',
    );
  }
});

test('a selector that is wrong is a wrong command line, also with -w', async t => {
  const fake = await fakeServer(t, json(nodeList([])));
  for (const command of ['list', 'list -w']) {
    const { code } = await invoke([
      ...command.split(' '),
      '-l',
      'a in',
      '--kubeconfig',
      kubeconfig(t, { server: fake.url }),
    ]);
    t.is(code, 2);
  }
  t.deepEqual(fake.seen, []);
});

test('names are asked for one by one in a namespace, and by a field selector in all', async t => {
  const fake = await fakeServer(t, (request, response) => {
    (/seinodes\/a/.test(request.url ?? '') ? json(seiNode('a')) : json(nodeList([seiNode('a')])))(
      request,
      response,
    );
  });
  const config = kubeconfig(t, { server: fake.url }, {}, { namespace: 'of-context' });
  await invoke(`tls check a a --kubeconfig ${config}`);
  await invoke(`tls check a -n other --kubeconfig ${config}`);
  await invoke(`tls check a -A --kubeconfig ${config}`);
  t.deepEqual(paths(fake), [
    '/apis/sei.io/v1alpha1/namespaces/of-context/seinodes/a',
    '/apis/sei.io/v1alpha1/namespaces/other/seinodes/a',
    '/apis/sei.io/v1alpha1/seinodes?fieldSelector=metadata.name%3Da&limit=500',
  ]);
});

test("selectors are the API server's to apply", async t => {
  const fake = await fakeServer(t, json(nodeList([])));
  await invoke([
    'list',
    '-l',
    'a=b,c!=d',
    '--field-selector',
    'metadata.name=x',
    '--kubeconfig',
    kubeconfig(t, { server: fake.url }),
  ]);
  t.is(new URL(paths(fake)[0] ?? '', fake.url).searchParams.get('labelSelector'), 'a=b,c!=d');
  t.is(new URL(paths(fake)[0] ?? '', fake.url).searchParams.get('fieldSelector'), 'metadata.name=x');
});

test('inspect shows a node also where claim, pods and events may not be read, and exits 3', async t => {
  const forbidden = status(403, 'Forbidden', 'User "bob" cannot');
  const of = (plural: string) => `/api/v1/namespaces/default/${plural}`;
  const fake = await fakeServer(
    t,
    routes({
      [`${nodes}/a`]: json(seiNode('a')),
      [of('pods')]: forbidden,
      [of('events')]: forbidden,
      [`${of('persistentvolumeclaims')}/data-a`]: forbidden,
    }),
  );
  const { code, out, err } = await invoke(`inspect a --kubeconfig ${kubeconfig(t, { server: fake.url })}`);
  t.is(code, 3);
  t.regex(out, /\ba\b/);
  for (const [verb, plural] of [
    ['list', 'pods'],
    ['list', 'events'],
    ['get', 'persistentvolumeclaims'],
  ]) {
    t.regex(
      err,
      new RegExp(
        `^error: no permission to ${verb} ${plural} .*a Role in default with the verb ${verb} on ${plural} is needed$`,
        'm',
      ),
    );
  }
  t.is(err.trim().split('\n').length, 3);
});
