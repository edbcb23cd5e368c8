import type { RequestListener, ServerResponse } from 'node:http';
import test from 'ava';
import { namespaces, networkPolicies, type Resource } from '../../cluster/resource.ts';
import { Caches } from '../../operator/caches.ts';
import { collectionsOf, nameOf, parametersMaps } from '../../operator/collections.ts';
import { client, fakeServer, json, kubeconfig } from '../cluster/fakes.ts';
import { until } from '../control-plane/until.ts';

const refusal = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', message: '' };

test('a collection that may be missed keeps nobody, is said once, and is had as soon as it may be', async t => {
  let isAllowed = false;
  const watches: ServerResponse[] = [];
  const { url, seen } = await fakeServer(t, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const isPolicies = pathname.endsWith('/networkpolicies');
    if (isPolicies && !isAllowed) return json(refusal, 403)(request, response);
    if (!searchParams.has('watch'))
      return json(listOf(pathname, request.headers.accept ?? ''))(request, response);
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (isPolicies) watches.push(response);
  });
  const over = new AbortController();
  t.teardown(() => over.abort());
  let [now, missed] = [0, 0];
  const failures: string[] = [];
  const caches = new Caches({
    client: client(t, kubeconfig(t, { server: url }, {}, { namespace: 'own' }), { connections: 32 }),
    signal: over.signal,
    now: () => now,
    heard: () => {},
    failed: name => failures.push(name),
    missed: () => {
      missed += 1;
    },
    healed: () => {},
  });
  await caches.synced();
  t.true(await until(() => missed === 2));
  t.deepEqual(caches.troubles(), []);
  t.deepEqual(failures, ['networkpolicies']);
  t.regex(
    caches.refusal(networkPolicies) ?? '',
    /^no permission to list networkpolicies\.networking\.k8s\.io/,
  );
  t.true(await until(() => caches.stores.get(namespaces)?.synced === true));
  t.is(caches.refusal(namespaces), undefined);
  t.true(
    seen.some(({ url }) =>
      url.startsWith('/api/v1/namespaces/own/configmaps?fieldSelector=metadata.name%3Dseinode-policy'),
    ),
  );
  isAllowed = true;
  t.true(await until(() => watches.length === 1));
  t.is(caches.refusal(networkPolicies), undefined);
  t.is(missed, 3, 'who asked why it cannot be had is told that it can');
  isAllowed = false;
  watches[0]?.end();
  t.true(await until(() => missed === 4));
  t.is(caches.refusal(networkPolicies), undefined, 'what was heard counts for a minute');
  now += 60_000;
  t.regex(caches.refusal(networkPolicies) ?? '', /no permission to watch networkpolicies/);
});

test('to begin, all is listed once more: a connection that breaks meanwhile is tried again, a refusal is said', async t => {
  let answers: RequestListener[] = [];
  const { url } = await fakeServer(t, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const isList = !searchParams.has('watch');
    const other = isList && pathname.endsWith('/statefulsets') ? answers.shift() : undefined;
    if (other) return other(request, response);
    if (isList) return json(listOf(pathname, request.headers.accept ?? ''))(request, response);
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  });
  const over = new AbortController();
  t.teardown(() => over.abort());
  const failures: string[] = [];
  const caches = new Caches({
    client: client(t, kubeconfig(t, { server: url }, {}, { namespace: 'own' }), { connections: 32 }),
    signal: over.signal,
    now: () => 0,
    heard: () => {},
    failed: name => failures.push(name),
    missed: () => {},
    healed: () => {},
  });
  await caches.synced();
  answers = [torn];
  await caches.relist();
  t.deepEqual(failures, ['statefulsets']);
  answers = [json(refusal, 403)];
  await t.throwsAsync(caches.relist(), { message: /^no permission to list statefulsets/ });
});

const torn: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"kind":');
  response.destroy();
};

/** An empty list of what a path is of, whole or metadata alone. */
function listOf(path: string, accept: string): object {
  const plural = path.split('/').at(-1);
  const kind = collectionsOf('own').find(({ resource }) => resource.plural === plural)?.resource.kind;
  const isPart = accept.includes('as=PartialObjectMetadataList');
  return {
    kind: isPart ? 'PartialObjectMetadataList' : `${kind}List`,
    metadata: { resourceVersion: '1' },
    items: [],
  };
}

test('of policies and namespaces nothing is kept that somebody noted on them', t => {
  const kept = (wanted: Resource, object: object) =>
    collectionsOf('own')
      .find(({ resource }) => resource === wanted)
      ?.keep?.(object as never);
  const metadata = { name: 'a', annotations: { applied: '{}' } };
  for (const resource of [networkPolicies, namespaces]) {
    t.deepEqual(kept(resource, { metadata, spec: {} }), { metadata: { name: 'a' }, spec: {} });
  }
});

test('every collection has a name of its own', t => {
  const names = collectionsOf('own').map(({ resource }) => nameOf(resource));
  t.is(new Set(names).size, names.length);
  t.is(nameOf(parametersMaps), 'configmap seinode-policy');
});
