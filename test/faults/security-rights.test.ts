import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { secrets, seiNodes } from '../../cluster/resource.ts';
import { until } from '../control-plane/until.ts';
import { temporaryDirectory } from '../directory.ts';
import { tls } from '../integration/place.ts';
import { withOperator } from '../integration/with-operator.ts';
import { manifest } from '../operator/manifests.ts';
import { survives } from './matrix.ts';
import { askedIn, callerOf } from './security/audit.ts';
import { shipped } from './security/roles.ts';

const audit = temporaryDirectory('audit');
process.env.CONTROL_PLANE_AUDIT = audit;
const { test: onControlPlane, bed, inNamespace } = withOperator();
const used = JSON.parse(readFileSync(join(import.meta.dirname, 'security/used-rights.json'), 'utf8'));
const page = readFileSync(join(import.meta.dirname, '../../docs/operator-rbac.md'), 'utf8');

/** The rights that the page has a reason for, in the table below a heading. */
function excused(heading: string): string[] {
  const section = page.split(/^## /m).find(each => each.startsWith(heading)) ?? '';
  const rows = [...section.matchAll(/^\| (?!right|-)(.+?) \| .{20,} \|$/gm)];
  return rows.flatMap(([, rights = '']) => rights.split(', ')).toSorted();
}

for (const [whose, heading] of [
  ['operator', 'Given, and never seen in use'],
  ['proxy', 'Of the proxy'],
  ['submitter', 'Of who submits tasks'],
  ['toggle', 'Of the toggle'],
] as const)
  test(`every right of the ${whose} is one that tests were seen to use, or has its reason in docs/operator-rbac.md`, t => {
    const unused = shipped[whose].rights.filter(right => !used[whose].includes(right));
    t.deepEqual(excused(heading), unused.toSorted());
  });

onControlPlane(
  'a node under TLS is made, changed and deleted with the rights that are shipped, and nothing is refused',
  async t => {
    await survives({ who: 'operator', fault: 'no right but those that are shipped' }, async () => {
      const place = await inNamespace('least');
      await place.provide(await place.pair());
      await place.node(tls);
      await place.runs();
      await place.renew(await place.pair());
      await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v6.4.0' } });
      await place.becomes('runs the next image', ({ status }) => status?.currentImage === 'sei:v6.4.0');
      await place.remove(secrets, 'n0-tls');
      await place.says('SidecarTLSSecretReady', 'False NotFound');
      await place.remove(seiNodes, 'n0');
      await place.awaits('is gone', () => place.found(seiNodes, 'n0') === undefined);
      const own = askedIn(audit).filter(each => shipped.operator.user.test(callerOf(each)));
      t.true(own.length > 50, `${own.length} requests`);
      t.deepEqual(
        own.filter(({ responseStatus }) => responseStatus?.code === 403).map(({ requestURI }) => requestURI),
        [],
      );
    });
  },
);

onControlPlane(
  'to apply an object that is not there needs create beside patch, though no request is a create',
  async t => {
    const { kubectl, userKubeconfig, call } = bed().controlPlane;
    const kubeconfig = await userKubeconfig('who-patches');
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const grant = (verbs: readonly string[]) =>
      [
        [
          'roles',
          {
            metadata: { name: verbs.at(-1) },
            rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
          },
        ],
        [
          'rolebindings',
          {
            metadata: { name: verbs.at(-1) },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: verbs.at(-1) },
            subjects: [{ kind: 'User', name: 'who-patches', apiGroup: 'rbac.authorization.k8s.io' }],
          },
        ],
      ] as const;
    const input = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'new', namespace: 'default' },
    });
    const apply = () => kubectl(['apply', '--server-side', '--kubeconfig', kubeconfig, '-f', '-'], { input });
    for (const [kind, object] of grant(['get', 'patch']))
      t.is((await call('POST', `${rbac}/${kind}`, object)).status, 201);
    t.true(await until(async () => /cannot create resource "configmaps"/.test((await apply()).stderr)));
    for (const [kind, object] of grant(['create']))
      t.is((await call('POST', `${rbac}/${kind}`, object)).status, 201);
    t.true(await until(async () => (await apply()).code === 0));
    const verbs = askedIn(audit)
      .filter(each => callerOf(each) === 'who-patches' && each.objectRef?.resource === 'configmaps')
      .map(({ verb }) => verb);
    t.deepEqual([...new Set(verbs)], ['patch']);
  },
);

onControlPlane(
  'the pod of the Deployment is one that the standard restricted lets be, and less of its securityContext is none',
  async t => {
    const { metadata, spec } = manifest('Deployment').spec.template;
    const [container] = spec.containers;
    const { allowPrivilegeEscalation: _, ...escalates } = container.securityContext;
    const { capabilities: __, ...capable } = container.securityContext;
    const { runAsNonRoot: ___, ...mayBeRoot } = spec.securityContext;
    const { seccompProfile: ____, ...unconfined } = spec.securityContext;
    const of = (securityContext: object, its: object) => ({
      ...spec,
      securityContext,
      containers: [{ ...container, securityContext: its }],
    });
    const namespace = manifest('ServiceAccount').metadata.namespace;
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    const accepted = async (pod: object) =>
      (
        await bed().controlPlane.call('POST', path, {
          metadata: { ...metadata, name: 'operator' },
          spec: pod,
        })
      ).status;
    t.is(await accepted(spec), 201);
    const less = [
      of(spec.securityContext, escalates),
      of(spec.securityContext, capable),
      of(mayBeRoot, container.securityContext),
      of(unconfined, container.securityContext),
    ];
    for (const pod of less) t.is(await accepted(pod), 403);
  },
);
