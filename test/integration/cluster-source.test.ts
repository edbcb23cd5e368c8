import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { credentialsOf } from '../../cluster/credentials.ts';
import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import { chooseTarget } from '../../cluster/target.ts';
import { connectAPI } from '../control-plane/api.ts';
import { isAllowed } from '../control-plane/rights.ts';
import { until } from '../control-plane/until.ts';
import { complete } from '../plugin/completion/complete.ts';
import { examples, examplesBefore, invoke, now, type Outcome } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();

/** Runs a command on the cluster, as the administrator unless told otherwise. */
function asked(command: string, kubeconfig = controlPlane().kubeconfig): Promise<Outcome> {
  return invoke(`${command} --kubeconfig ${kubeconfig}`);
}

let applied: Promise<unknown> | undefined;

/** The example fleet, applied once; its objects are in the namespace `arctic`. */
function fleet(t: ExecutionContext): Promise<unknown> {
  applied ??= kubectl(t, ['create', 'namespace', 'arctic']).then(() =>
    kubectl(t, ['apply', '--validate=warn', '-f', examples]),
  );
  return applied;
}

/** A user with these rules in a namespace. @returns its kubeconfig. */
async function user(
  t: ExecutionContext,
  name: string,
  namespace: string,
  rules: readonly object[],
): Promise<string> {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name, namespace } };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const items = [
    { ...rbac, kind: 'Role', rules },
    { ...rbac, kind: 'RoleBinding', subjects, roleRef },
  ];
  await kubectl(t, ['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  const [{ verbs, resources }] = rules as [{ verbs: string[]; resources: string[] }];
  const question = [verbs[0]!, resources[0]!, '-n', namespace, '--as', name];
  t.true(await isAllowed(controlPlane().kubectl, ...question));
  return controlPlane().userKubeconfig(name);
}

const nodes = (...verbs: string[]) => ({ apiGroups: ['sei.io'], resources: ['seinodes'], verbs });
const secrets = (verbs: string[], resourceNames?: string[]) => ({
  apiGroups: [''],
  resources: ['secrets'],
  verbs,
  ...(resourceNames && { resourceNames }),
});

/**
 * What is told of the same nodes in files and in a cluster. Only files have lines, and fields that the API server would
 * drop; only a cluster knows when a node was made.
 */
function comparable(out: string): unknown {
  const { items, findings } = JSON.parse(out);
  return (items ?? findings)
    .filter(({ rule }: Record<string, unknown>) => rule !== 'unknown-field')
    .map(({ creationTimestamp, file, line, ...rest }: Record<string, unknown>) => rest);
}

for (const command of ['tls check', 'list', 'policy check']) {
  test(`"${command}" says the same of a fleet in a cluster as of its files`, async t => {
    await fleet(t);
    const live = await asked(`${command} -n arctic -o json --now ${now}`);
    const files = await invoke(`${command} -n arctic -f ${examples} -o json`);
    t.deepEqual(comparable(live.out), comparable(files.out));
    t.is(live.code, files.code);
    t.is(live.err, files.err);
  });
}

test('every reason of the examples is there to be seen live', async t => {
  await fleet(t);
  const { out } = await asked(`tls check -n arctic -o json --now ${now}`);
  const reasons = new Set(JSON.parse(out).items.map(({ reason }: { reason: string }) => reason));
  for (const reason of ['Ready', 'NotFound', 'Malformed', 'Expired', 'NotYetValid', 'SANsMismatch']) {
    t.true(reasons.has(reason), reason);
  }
});

test('an edit is judged against the cluster', async t => {
  await fleet(t);
  const edited = readFileSync(`${examplesBefore}/edited.yaml`, 'utf8');
  const { code, out } = await invoke(
    `policy check -f - --against-cluster -o json --kubeconfig ${controlPlane().kubeconfig}`,
    edited,
  );
  t.is(code, 1);
  const rules = JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule);
  t.true(rules.includes('tls-immutable'), rules.join());
});

test('one namespace, all, names and labels select as they do in files', async t => {
  await fleet(t);
  const names = async (flags: string) =>
    (await asked(`list ${flags} -o name --now ${now}`)).out.trim().split('\n');
  const all = await names('-n arctic');
  t.true(all.includes('seinode.sei.io/good-ec'));
  t.true((await names('-A')).length >= all.length);
  t.deepEqual(await names('-n arctic --field-selector metadata.name=good-ec'), ['seinode.sei.io/good-ec']);
  await kubectl(t, ['label', 'seinode', 'good-rsa', '-n', 'arctic', 'tier=gold']);
  t.deepEqual(await names('-n arctic -l tier=gold'), ['seinode.sei.io/good-rsa']);
  const checked = await asked(`tls check good-ec nope -n arctic -o name --now ${now}`);
  t.deepEqual(checked, {
    code: 3,
    out: 'seinode.sei.io/good-ec\n',
    err: 'error: SeiNode "nope" not found in namespace arctic\n',
  });
  t.is((await asked(`tls check good-ec -A --now ${now}`)).code, 0);
});

test('the namespace of the context counts, and -n outranks it', async t => {
  await fleet(t);
  const config = JSON.parse(readFileSync(controlPlane().kubeconfig, 'utf8'));
  config.contexts[0].context.namespace = 'arctic';
  const { writeFiles } = await import('../cluster/fakes.ts');
  const { inside } = writeFiles(t, { inside: JSON.stringify(config) });
  t.regex((await asked('list -o name', inside)).out, /good-ec/);
  t.is((await asked('list -o name -n kube-system', inside)).out, '');
  t.regex(
    (await asked('list -n kube-system', inside)).err,
    /^No resources found in kube-system namespace\.\n$/,
  );
});

test('1,200 nodes are three requests, and who connects five, as -v 6 shows', async t => {
  await kubectl(t, ['create', 'namespace', 'many']);
  const target = chooseTarget(loadKubeconfig(controlPlane().kubeconfig, {}), {});
  const { tls } = await credentialsOf(target, false, Date.now());
  const cluster = { server: controlPlane().server, certificateAuthority: String(tls.ca) };
  const api = connectAPI(cluster, { certificate: String(tls.cert), key: String(tls.key) });
  const limit = pLimit(16);
  const create = (index: number) =>
    api.call('POST', '/apis/sei.io/v1alpha1/namespaces/many/seinodes', {
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name: `n${index}` },
      spec: { chainId: 'c', image: 'i', fullNode: {} },
    });
  const created = await Promise.all(Array.from({ length: 1200 }, (_, index) => limit(create, index)));
  await api.close();
  t.true(created.every(({ status }) => status === 201));
  const { code, out, err } = await asked('list -n many -o name -v 6');
  t.is(code, 0);
  t.is(out.trim().split('\n').length, 1200);
  const lines = err.trim().split('\n');
  const page = '/apis/sei.io/v1alpha1/namespaces/many/seinodes?limit=500';
  t.regex(lines.pop() ?? '', /^parameters: the defaults, /);
  const paths = lines.map(line => {
    const [, path = '', status] = /^GET https:\/\/[^/]+(\/\S+) (\d+) in \d+ milliseconds$/.exec(line) ?? [];
    return `${path.replace(/&continue=.*/, '')} ${status}`;
  });
  t.deepEqual(paths.toSorted(), [
    '/api/v1/namespaces/sei-k8s-controller-system/configmaps/seinode-policy 404',
    '/api/v1/namespaces?limit=500 200',
    '/apis 200',
    '/apis/apps/v1/daemonsets?limit=500 200',
    '/apis/networking.k8s.io/v1/networkpolicies?limit=500 200',
    `${page} 200`,
    `${page} 200`,
    `${page} 200`,
  ]);
});

test('a user who may get two Secrets by name sees those nodes judged, and no other Secret is asked for', async t => {
  await fleet(t);
  const rules = [nodes('list', 'get'), secrets(['get'], ['good-ec-tls', 'expired-tls'])];
  const jane = await user(t, 'jane', 'arctic', rules);
  const { code, out, err } = await asked(`tls check good-ec expired -n arctic -v 6 --now ${now}`, jane);
  t.is(code, 1);
  t.regex(out, /^good-ec .* Ready /m);
  t.regex(out, /^expired .* Expired /m);
  const paths = err
    .trim()
    .split('\n')
    .map(line => line.split(' ')[1]?.replace(/^.*\/namespaces\/arctic/, ''));
  t.deepEqual(paths.toSorted(), [
    '/secrets/expired-tls',
    '/secrets/good-ec-tls',
    '/seinodes/expired',
    '/seinodes/good-ec',
  ]);
});

test('a user without any right is told the verb that is missing', async t => {
  await fleet(t);
  const nobody = await controlPlane().userKubeconfig('nobody');
  const lacks = async (command: string, sentence: string) =>
    t.deepEqual(await asked(command, nobody), {
      code: 3,
      out: '',
      err: `error: no permission to ${sentence} is needed\n`,
    });
  const verb = (name: string) => `with the verb ${name} on seinodes (API group sei.io)`;
  await lacks(
    'list -n arctic',
    `list seinodes.sei.io in the namespace arctic as "nobody": a Role in arctic ${verb('list')}`,
  );
  await lacks('list -A', `list seinodes.sei.io as "nobody": a ClusterRole ${verb('list')}`);
  await lacks(
    'inspect good-ec -n arctic',
    `get seinodes.sei.io "good-ec" in the namespace arctic as "nobody": a Role in arctic ${verb('get')}`,
  );
  await lacks(
    'list -w -n arctic',
    `list seinodes.sei.io in the namespace arctic as "nobody": a Role in arctic ${verb('list')}`,
  );
  await lacks(
    'list -n arctic --as admin',
    'act as somebody else as "nobody": a ClusterRole with the verb impersonate on users and groups',
  );
});

test('a user who may list and not watch is told so by list -w, after the list', async t => {
  await fleet(t);
  const lister = await user(t, 'lister', 'arctic', [nodes('list'), secrets(['get'])]);
  const { code, out, err } = await asked('list -w -n arctic', lister);
  t.is(code, 3);
  t.regex(out, /^good-ec /m);
  t.is(
    err,
    'error: no permission to watch seinodes.sei.io in the namespace arctic as "lister": a Role in arctic with the verb watch on seinodes (API group sei.io) is needed\n',
  );
});

test('a user who may not read Secrets sees every row, one sentence, and exit 3', async t => {
  await fleet(t);
  const joan = await user(t, 'joan', 'arctic', [nodes('list', 'get')]);
  for (const command of ['list', 'tls check', 'policy check']) {
    const { code, out, err } = await asked(`${command} -n arctic --now ${now}`, joan);
    t.is(code, 3, command);
    if (command !== 'policy check') t.regex(out, /^good-ec /m);
    t.regex(
      err,
      /error: no permission to get secrets "[\w-]+" in the namespace arctic as "joan": a Role in arctic with the verb get on secrets is needed; the same for \d+ more Secrets\n/,
    );
  }
});

test('inspect shows what may be read, says what may not, and exits 3', async t => {
  await fleet(t);
  const rules = [nodes('get'), secrets(['get']), { apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  const jill = await user(t, 'jill', 'arctic', rules);
  const { code, out, err } = await asked(`inspect good-ec -n arctic --now ${now}`, jill);
  t.is(code, 3);
  t.regex(out, /Ready +Ready/);
  t.deepEqual(
    err
      .trim()
      .split('\n')
      .map(line => /with the verb (\w+ on \w+)/.exec(line)?.[1])
      .toSorted(),
    ['get on persistentvolumeclaims', 'list on daemonsets', 'list on events'],
  );
});

test('inspect shows claim, holder and events of a node', async t => {
  await fleet(t);
  const metadata = { namespace: 'arctic' };
  const items = [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...metadata, name: 'data-good-ec' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '1Gi' } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'holder' },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data-good-ec' } }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { ...metadata, name: 'e' },
      involvedObject: {
        apiVersion: 'sei.io/v1alpha1',
        kind: 'SeiNode',
        name: 'good-ec',
        namespace: 'arctic',
      },
      type: 'Warning',
      reason: 'Odd',
      message: 'an event with an escape \u001b[2J',
      lastTimestamp: '2026-05-31T23:00:00Z',
      count: 3,
    },
  ];
  const account = ['get', 'serviceaccount', 'default', '-n', 'arctic'];
  t.true(await until(async () => (await controlPlane().kubectl(account)).code === 0));
  await kubectl(t, ['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  const { code, out, err } = await asked(`inspect good-ec -n arctic --now ${now}`);
  t.is(err, '');
  t.is(code, 0);
  t.regex(out, /data-good-ec/);
  t.regex(out, /holder/);
  t.regex(out, /Odd/);
  t.true(out.includes('an event with an escape \\u001b[2J'));
});

test('a TAB proposes what the cluster has: nodes, namespaces, and of Secrets those of type kubernetes.io/tls', async t => {
  await fleet(t);
  // A TAB waits for a second and then proposes nothing: a busy machine is asked again.
  const proposed = async (line: string) => {
    let names: string[] = [];
    await until(async () => {
      const { candidates } = await complete(`--kubeconfig ${controlPlane().kubeconfig} ${line}`);
      names = Object.keys(candidates);
      return names.length > 0;
    });
    return names;
  };
  t.deepEqual(await proposed('inspect -n arctic good-'), ['good-ec', 'good-rsa']);
  t.deepEqual(await proposed('list -n arc'), ['arctic']);
  t.deepEqual(await proposed('tls enable good-ec -n arctic --secret good-'), ['good-ec-tls', 'good-rsa-tls']);
  t.false((await proposed('tls enable good-ec -n arctic --secret ')).includes('wrong-type-tls'));
});

test('a token of a ServiceAccount is a caller like any other', async t => {
  await fleet(t);
  await kubectl(t, ['create', 'serviceaccount', 'reader', '-n', 'arctic']);
  const reader = await controlPlane().serviceAccountKubeconfig('arctic', 'reader');
  const { err } = await asked('list -n arctic', reader);
  t.regex(err, /as "system:serviceaccount:arctic:reader": a Role in arctic/);
});

test('--as and --as-group act as another, by every group, also beyond ASCII', async t => {
  await fleet(t);
  const refusal = await asked('list -n arctic --as jörg --as-group a');
  t.regex(refusal.err, / as "jörg": a Role in arctic/);
  const binding = ['create', 'rolebinding', 'second', '-n', 'arctic', '--role=by-group', '--group=second'];
  await kubectl(t, [
    'create',
    'role',
    'by-group',
    '-n',
    'arctic',
    '--verb=list',
    '--resource=seinodes.sei.io',
  ]);
  await kubectl(t, binding);
  const groups = 'list -n arctic -o name --as jörg --as-group first --as-group second';
  t.true(await until(async () => /good-ec/.test((await asked(groups)).out)));
});

test('an API server that is asked without credentials refuses in one sentence', async t => {
  const { writeFiles } = await import('../cluster/fakes.ts');
  const config = JSON.parse(readFileSync(controlPlane().kubeconfig, 'utf8'));
  config.users[0].user = {};
  const { anonymous } = writeFiles(t, { anonymous: JSON.stringify(config) });
  const { code, err } = await asked('list', anonymous);
  t.is(code, 3);
  t.regex(err, /^error: no permission to list .* as "system:anonymous": [^\n]+\n$/);
  config.users[0].user = { token: 'made-up' };
  const { wrong } = writeFiles(t, { wrong: JSON.stringify(config) });
  t.regex(
    (await asked('list', wrong)).err,
    /^error: the API server \S+ \(cluster "\S+"\) does not accept the credentials \(401 Unauthorized\): log in again\n$/,
  );
});
