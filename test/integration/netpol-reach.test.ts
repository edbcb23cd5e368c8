import { invoke } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();

const node = (name: string, sidecar: object) => ({
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  metadata: { name, namespace: 'arctic' },
  spec: { chainId: 'arctic-1', image: 'i', fullNode: {}, sidecar },
});
const pod = (namespace: string, name: string, labels: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name, labels },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }] },
});
const objects = [
  ...['arctic', 'sei-k8s-controller-system', 'monitoring'].map(name => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  })),
  node('n0', { tls: { secretName: 'n0-tls' } }),
  node('n1', { port: 7070 }),
  pod('arctic', 'n0-0', { 'sei.io/node': 'n0', 'sei.io/chain': 'arctic-1', 'sei.io/role': 'node' }),
  pod('sei-k8s-controller-system', 'manager', {
    'control-plane': 'controller-manager',
    'app.kubernetes.io/name': 'sei-k8s-controller',
  }),
  pod('monitoring', 'prometheus', {}),
  pod('default', 'curl', {}),
];

test('reach shows an open port, the template closes it once it is applied, and reach shows that', async t => {
  const apply = (input: string) => kubectl(t, ['apply', '-f', '-'], { input });
  for (const { kind, metadata } of objects) {
    if (kind === 'Namespace') await kubectl(t, ['create', 'namespace', metadata.name]);
  }
  for (const namespace of ['arctic', 'sei-k8s-controller-system', 'monitoring', 'default']) {
    await kubectl(t, ['wait', '--for=create', 'serviceaccount/default', '-n', namespace, '--timeout=180s']);
  }
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.slice(3) }));

  const ask = (command: string) =>
    invoke(`netpol ${command} -n arctic --kubeconfig ${controlPlane().kubeconfig}`);
  const open = await ask('reach n1:7070 --from default/curl');
  t.is(open.code, 0, open.err);
  t.regex(open.out, /default\/curl +arctic\/n1-0 +7070 +allowed +no policy isolates it/);
  t.regex((await list()).out, /^n0 .* 8443,9100 /m);

  const template = await ask('template');
  t.is(template.code, 0, template.err);
  t.regex(template.out, /port: 7070/);
  await apply(template.out);

  for (const target of ['n0:8443', 'n0:9100', 'n1:7070', 'n1:9100']) {
    const closed = await ask(`reach ${target} --from default/curl`);
    t.is(closed.code, 1, `${target}: ${closed.err}${closed.out}`);
  }
  t.is((await ask('reach n1:7070 --from sei-k8s-controller-system/manager')).code, 0);
  t.is((await ask('reach n0:9100 --from monitoring/prometheus')).code, 0);
  t.regex((await list()).out, /^n0 .* - +\S+$/m);
});

function list() {
  return invoke(`list -n arctic --kubeconfig ${controlPlane().kubeconfig}`);
}
