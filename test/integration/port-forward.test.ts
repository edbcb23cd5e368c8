import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { forwardPort } from '../../cluster/port-forward.ts';
import { pods } from '../../cluster/resource.ts';
import { client } from '../cluster/fakes.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
const anyTime = new AbortController().signal;

test('x', async t => {
  const { controlPlane, images } = bed();
  const place = await bed().inNamespace('forwards');
  images.set('shell', {});
  const serve = `exec ${process.execPath} -e 'require("node:net").createServer(s => s.on("data", d => s.end(String(d).toUpperCase()))).listen(7777)'`;
  await place.create(pods, {
    metadata: { name: 'n0-0' },
    spec: { containers: [{ name: 'c', image: 'shell', command: ['/bin/sh', '-c', serve], volumeMounts: [] , startupProbe: { tcpSocket: { port: 7777 }, periodSeconds: 1, failureThreshold: 60 }}], volumes: [] },
  });
  await place.awaits('runs', () => (place.found(pods, 'n0-0') as any)?.status?.containerStatuses?.[0]?.ready);
  const cl = client(t, controlPlane.kubeconfig);
  const target = { namespace: 'forwards', name: 'n0-0' };
  const s = await forwardPort(cl, { ...target, port: 7777 }, anyTime);
  s.write('hello');
  t.is(await text(s), 'HELLO');
  const r = await forwardPort(cl, { ...target, port: 8443 }, anyTime);
  const [error] = await once(r, 'error');
  t.log(error, error.code);
  await t.throwsAsync(forwardPort(cl, { ...target, name: 'no', port: 8443 }, anyTime)).then(e => t.log(e!.message));
  for (const verbs of [[], ['get'], ['create'], ['get', 'create']]) {
    const name = `u${verbs.join('')}`;
    await controlPlane.call('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/forwards/roles', { metadata: { name }, rules: [{ apiGroups: [''], resources: ['pods/portforward'], verbs }] });
    await controlPlane.call('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/forwards/rolebindings', { metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects: [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }] });
    const uc = client(t, await controlPlane.userKubeconfig(name));
    const got = await forwardPort(uc, { ...target, port: 7777 }, anyTime).then(x => { x.destroy(); return 'ok'; }, e => e.message);
    t.log(verbs, got);
  }
});
