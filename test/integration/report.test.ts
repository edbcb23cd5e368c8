import { readdirSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { isAllowed } from '../control-plane/rights.ts';
import { exampleSecret } from '../plugin/hostile.ts';
import { report } from '../plugin/report/make.ts';
import { unzip } from '../plugin/report/unzip.ts';
import { examples } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();

let applied: Promise<unknown> | undefined;

/** The example fleet, applied once by kubectl, which writes each manifest into an annotation, Secrets' as well. */
function fleet(t: ExecutionContext): Promise<unknown> {
  const namespaces = ['create', 'namespace', 'arctic'];
  applied ??= kubectl(t, namespaces).then(() => kubectl(t, ['apply', '--validate=warn', '-f', examples]));
  return applied;
}

/** The letters of every private key of the examples. */
const keys = readdirSync(examples)
  .map(file => exampleSecret(file.replace('.yaml', ''))?.data?.['tls.key'] ?? '')
  .filter(key => key.length > 20);

/** The names and verdicts of the rows. */
function verdicts(page: string): string[] {
  return [
    ...page.matchAll(/<tr data-namespace="\w+" data-verdict="([\w ]+)"[^>]*><th scope="row">([^/<]+)<\/th>/g),
  ].map(([, verdict, name]) => `${name} ${verdict}`);
}

test('a page of a cluster has the verdicts of the same fleet in files, and says which cluster it was', async t => {
  await fleet(t);
  const live = await report(`-n arctic --kubeconfig ${controlPlane().kubeconfig}`);
  t.is(live.code, 0, live.err);
  const files = await report(`-n arctic -f ${examples}`);
  t.deepEqual(verdicts(live.bytes.toString()), verdicts(files.bytes.toString()));
  t.true(verdicts(live.bytes.toString()).includes('expired Expired'));
  t.regex(live.bytes.toString(), /<dt>Cluster<\/dt><dd>[^<]*https:\/\/127\.0\.0\.1/);
});

test('a bundle of a cluster has its objects, and nothing of a key: not by kubectl apply either', async t => {
  await fleet(t);
  const { code, bytes, err } = await report(`-n arctic -o zip --kubeconfig ${controlPlane().kubeconfig}`);
  t.is(code, 0, err);
  const files = unzip(bytes);
  t.is(files.get('objects/SeiNode.yaml')?.match(/^kind: SeiNode$/gm)?.length, 14);
  t.true(files.has('objects/Secret.yaml') && files.has('objects/NetworkPolicy.yaml'));
  t.true(keys.length > 5);
  for (const [name, text] of files) {
    t.notRegex(text, /last-applied|managedFields|PRIVATE KEY/, name);
    for (const key of keys) t.false(text.includes(key.slice(60, 90)), name);
  }
});

test('a page of who may not read pods says that it is incomplete, and exits 3', async t => {
  await fleet(t);
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader' } };
  const rules = [
    { apiGroups: ['sei.io'], resources: ['seinodes'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
  ];
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' };
  const items = [
    { ...rbac, kind: 'ClusterRole', rules },
    { ...rbac, kind: 'ClusterRoleBinding', subjects, roleRef },
  ];
  await kubectl(t, ['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  t.true(await isAllowed(controlPlane().kubectl, 'list', 'seinodes', '-n', 'arctic', '--as', 'reader'));
  const asked = () => report(`-n arctic --as reader --kubeconfig ${controlPlane().kubeconfig}`);
  const { code, bytes, err } = await asked();
  t.is(code, 3);
  const [before = '', after = ''] = bytes.toString().split('<main');
  t.regex(before, /Incomplete: not all could be read/);
  for (const text of [before, err]) t.regex(text, /no permission to list .*the same for .*pods/);
  // Sorted: the answers of a cluster come in any order.
  const unread = ['daemonsets', 'namespaces', 'networkpolicies', 'pods'].map(
    kind => `${kind} could not be read`,
  );
  t.true(after.includes(`cannot be told: ${unread.join('; ')}`));
  const nobody = await report(`-n arctic --as nobody --kubeconfig ${controlPlane().kubeconfig}`);
  t.deepEqual([nobody.code, nobody.bytes.length], [3, 0]);
});
