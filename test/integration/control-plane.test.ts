import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { createAuthority } from '../control-plane/certificates.ts';
import { writeKubeconfig } from '../control-plane/kubeconfig.ts';
import { until } from '../control-plane/until.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();

test('kubectl reaches the API server with certificates of its own CA', async t => {
  const { serverVersion } = JSON.parse(await kubectl(t, ['version', '-o', 'json']));
  t.regex(serverVersion.gitVersion, /^v1\.\d+\.\d+/);
});

test('the CRD that existing clusters have is Established', async t => {
  await kubectl(t, ['wait', '--for=condition=Established', 'crd/seinodes.sei.io', '--timeout=0']);
  t.regex(
    await kubectl(t, ['api-resources', '--api-group=sei.io']),
    /^seinodes +snode +sei\.io\/v1alpha1 +true/m,
  );
});

test('a minimal SeiNode is created', async t => {
  t.is(await create(t, seinode('minimal')), 'seinode.sei.io/minimal created\n');
});

const withTLS = { tls: { secretName: 'a' } };
const edits = [
  ['added', {}, { sidecar: withTLS }],
  ['added to a sidecar', { sidecar: { port: 7778 } }, { sidecar: { port: 7778, ...withTLS } }],
  ['changed', { sidecar: withTLS }, { sidecar: { tls: { secretName: 'b' } } }],
  ['removed', { sidecar: withTLS }, { sidecar: { tls: null } }],
  ['removed with its sidecar', { sidecar: withTLS }, { sidecar: null }],
] as const;
for (const [index, [how, before, after]] of edits.entries()) {
  test(`spec.sidecar.tls cannot be ${how}`, async t => {
    await create(t, seinode(`edit-${index}`, before));
    const patch = JSON.stringify({ spec: after });
    const { code, stderr } = await controlPlane().kubectl([
      ...['patch', 'seinode', `edit-${index}`, '--type=merge', '-p', patch],
    ]);
    t.is(code, 1);
    t.regex(stderr, /spec\.sidecar\.tls is immutable; delete \+ recreate the SeiNode/);
  });
}

test('a user may do nothing until RBAC says so, by name or by group', async t => {
  const kubeconfig = await controlPlane().userKubeconfig('jane', ['platform']);
  const list = () => controlPlane().kubectl(['get', 'seinodes'], { kubeconfig });
  const refused = await list();
  t.is(refused.code, 1);
  t.regex(refused.stderr, /User "jane" cannot list resource "seinodes" in API group "sei\.io"/);
  await kubectl(t, ['create', 'clusterrole', 'reader', '--verb=list', '--resource=seinodes.sei.io']);
  await kubectl(t, ['create', 'clusterrolebinding', 'platform', '--clusterrole=reader', '--group=platform']);
  t.true(await until(async () => (await list()).code === 0));
});

const admin = { commonName: 'admin', organizations: ['system:masters'] };
test('a client certificate of another CA is nobody', async t => {
  const { directory, server } = controlPlane();
  const stranger = await (await createAuthority('control-plane')).issue(admin);
  const cluster = { server, certificateAuthority: readFileSync(join(directory, 'ca.crt'), 'utf8') };
  const kubeconfig = writeKubeconfig(join(directory, 'stranger.kubeconfig'), cluster, stranger);
  const { code, stderr } = await controlPlane().kubectl(['get', 'seinodes'], { kubeconfig });
  t.is(code, 1);
  t.regex(stderr, /Unauthorized|must be logged in/);
});

test('a ServiceAccount speaks by a token', async t => {
  await kubectl(t, ['create', 'serviceaccount', 'robot']);
  const kubeconfig = await controlPlane().serviceAccountKubeconfig('default', 'robot');
  const { stdout } = await controlPlane().kubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
  t.is(JSON.parse(stdout).status.userInfo.username, 'system:serviceaccount:default:robot');
});

test('a ServiceAccount that is not there gets no token', async t => {
  await t.throwsAsync(controlPlane().serviceAccountKubeconfig('default', 'nobody'), {
    message: /^no token for the ServiceAccount default\/nobody: .*not found/,
  });
});

test('what an owner leaves behind is collected', async t => {
  await kubectl(t, ['create', 'configmap', 'owner']);
  const uid = await kubectl(t, ['get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}']);
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
  await create(t, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owned', ownerReferences } });
  await kubectl(t, ['delete', 'configmap', 'owner']);
  await kubectl(t, ['wait', '--for=delete', 'configmap/owned', '--timeout=180s']);
  t.pass();
});

test('a Namespace is deleted with what is in it', async t => {
  await kubectl(t, ['create', 'namespace', 'doomed']);
  await create(t, seinode('n0', {}, 'doomed'));
  await kubectl(t, ['delete', 'namespace', 'doomed', '--timeout=180s']);
  t.is(
    await kubectl(t, ['get', 'seinodes', '-A', '-o', 'name', '--field-selector=metadata.namespace=doomed']),
    '',
  );
});

test('a StatefulSet makes its pod, with a ServiceAccount token in it', async t => {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  const spec = { replicas: 1, serviceName: 'web', selector: { matchLabels: labels }, template };
  await create(t, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec });
  await kubectl(t, ['wait', '--for=create', 'pod/web-0', '--timeout=180s']);
  const path = 'jsonpath={.spec.serviceAccountName} {.spec.containers[0].volumeMounts[0].mountPath}';
  t.is(
    await kubectl(t, ['get', 'pod', 'web-0', '-o', path]),
    'default /var/run/secrets/kubernetes.io/serviceaccount',
  );
});

function seinode(name: string, more: object = {}, namespace = 'default'): object {
  const spec = { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {}, ...more };
  return { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace }, spec };
}

function create(t: ExecutionContext, object: object): Promise<string> {
  return kubectl(t, ['create', '-f', '-'], { input: JSON.stringify(object) });
}
