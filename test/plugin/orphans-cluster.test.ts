import type { RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { dump } from 'js-yaml';
import { fakeServer, json, kubeconfig, withoutNetwork } from '../cluster/fakes.ts';
import { node } from '../core/resources/nodes.ts';
import { objectsOf } from '../policies/workload.ts';
import { invoke } from './terminal.ts';

const plain = node();
/** What a node runs as, by its name and namespace. */
function of(name: string, namespace = 'arctic') {
  return objectsOf({ ...plain, metadata: { ...plain.metadata, name, namespace } });
}

const { pod } = of('n3', 'atlantic');
const byHand = {
  ...pod,
  metadata: { ...pod.metadata, name: 'by-hand' },
  spec: { ...pod.spec, hostPID: true },
};

/** SeiNode n0 of arctic and its pod; without a node Pod n1-0 and StatefulSet n2, and Pod by-hand of atlantic. */
const kinds: Readonly<
  Record<string, readonly [string, readonly { metadata: { name: string; namespace: string } }[]]>
> = {
  seinodes: ['SeiNode', [plain]],
  pods: ['Pod', [of('n0').pod, of('n1').pod, byHand]],
  statefulsets: ['StatefulSet', [of('n2').statefulSet]],
};

/** Answers lists and gets; no selector matches anything. */
const answer: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const path =
    /^\/apis?\/(?<version>.*v1\w*)(?:\/namespaces\/(?<namespace>\w+))?\/(?<plural>[a-z]+)(?:\/(?<name>.+))?$/;
  const { version: apiVersion, namespace, plural = '', name } = path.exec(pathname)?.groups ?? {};
  const [kind, all] = kinds[plural] ?? [];
  if (kind === undefined || all === undefined) return withoutNetwork(nothing)(request, response);
  const items = all.filter(({ metadata }) => (namespace ?? metadata.namespace) === metadata.namespace);
  const selected = /Selector/.test(`${searchParams}`) ? [] : items;
  const list = { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1' }, items: selected };
  const one = items.find(({ metadata }) => metadata.name === name);
  const got = one === undefined ? nothing : json(one);
  (name === undefined ? json(list) : got)(request, response);
};

const nothing = json({ kind: 'Status', apiVersion: 'v1', reason: 'NotFound', code: 404 }, 404);

async function judged(
  t: ExecutionContext,
  flags: string,
  { stdin = '', rule: wanted = 'netpol-public-port' } = {},
): Promise<string[]> {
  const { url } = await fakeServer(t, answer);
  const config = kubeconfig(t, { server: url }, {}, { namespace: 'atlantic' });
  const { out } = await invoke(`policy check ${flags} -o json --kubeconfig ${config}`, stdin);
  const findings = JSON.parse(out).findings as { rule: string; object: { kind: string; name: string } }[];
  const ours = findings.filter(({ rule }) => rule === wanted);
  return ours.map(({ object: { kind, name } }) => `${kind} ${name}`);
}

/** [flags, whose public port is open] */
const cases: readonly (readonly [string, readonly string[]])[] = [
  ['-n arctic', ['SeiNode n0', 'Pod n1-0', 'StatefulSet n2']],
  ['-A', ['SeiNode n0', 'Pod n1-0', 'StatefulSet n2', 'Pod by-hand']],
  ['-n atlantic', ['Pod by-hand']],
  ['', ['Pod by-hand']],
  ['-A -l sei.io/node=n1', []],
  ['-A --field-selector metadata.name=n1-0', []],
];
for (const [flags, expected] of cases) {
  test(`over a cluster, pods whose SeiNode is not there: policy check ${flags}`.trimEnd(), async t => {
    t.deepEqual(await judged(t, flags), expected);
  });
}

test('files against a cluster: what has its SeiNode there is judged by nobody, what has none anywhere is', async t => {
  const files = [of('n0'), of('n4')].map(({ statefulSet }) => dump(statefulSet, { noRefs: true }));
  t.deepEqual(await judged(t, '-f - --against-cluster', { stdin: files.join('---\n') }), ['StatefulSet n4']);
});

test('over a cluster a pod of any name is judged as a whole', async t => {
  t.deepEqual(await judged(t, '-n atlantic', { rule: 'listener-split' }), ['Pod by-hand']);
});
