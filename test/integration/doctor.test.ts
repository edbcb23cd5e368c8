import anyTest from 'ava';
import { configMapOf } from '../../core/toggle/config-map.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { isAllowed } from '../control-plane/rights.ts';
import { until } from '../control-plane/until.ts';
import { journal } from '../core/toggle/cases.ts';
import { crd, type DoctorBed, healthyObjects, kind, makeBed, secret } from '../doctor/bed.ts';
import {
  type Any,
  bundle,
  gatekeeper,
  namespace,
  networkPlugin,
  operatorDeployment,
  operatorLease,
  webhookConfiguration,
} from '../doctor/objects.ts';
import { objections } from '../plugin/schemas.ts';
import { invoke } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

let made: DoctorBed | undefined;
const bed = () => made as DoctorBed;
const { test, controlPlane, kubectl } = withControlPlane(anyTest.serial, async controlPlane => {
  made = await makeBed(controlPlane);
});
anyTest.after.always('the webhook stops', () => made?.webhook.stop());

type Report = {
  readonly checks: readonly { readonly check: string; readonly status: string; readonly message: string }[];
};

async function doctor(flags = '', kubeconfig = controlPlane().kubeconfig) {
  const outcome = await invoke(`doctor -o json --kubeconfig ${kubeconfig} ${flags}`);
  const { checks } = JSON.parse(outcome.out) as Report;
  const of = (status: string) => checks.filter(found => found.status === status).map(({ check }) => check);
  return { ...outcome, checks, of };
}

test('a cluster that nothing is wrong with passes, and no key is told', async t => {
  const { code, out, err, checks } = await doctor();
  t.deepEqual(
    checks.filter(({ status }) => status !== 'pass').map(({ check, status }) => `${check} ${status}`),
    // The webhook is reached by a URL here, and there is no ValidatingAdmissionPolicy.
    ['webhook-endpoints skipped', 'admission-policies skipped'],
  );
  t.is(code, 0);
  t.is(err, '');
  t.deepEqual(objections(JSON.parse(out)), []);
  const { key } = bed().pair;
  for (const secret of [key, Buffer.from(key).toString('base64')])
    t.false(out.includes(secret.slice(30, 90)));
});

const our = (change: (webhook: Any) => object, url = bed().webhook.url): Any => {
  const configuration = webhookConfiguration(bed().authority.certificate, url);
  return {
    ...configuration,
    webhooks: configuration.webhooks.map((one: Any) => ({ ...one, ...change(one) })),
  };
};
const only = (name: string, change: object) => our(one => (String(one.name).startsWith(name) ? change : {}));
const theirs = (change: object): Any => {
  const { webhook } = gatekeeper();
  return { ...webhook, webhooks: [{ ...webhook.webhooks[0], ...change }] };
};
const asked = (group: string, plural: string, ...operations: string[]) => ({
  rules: [{ apiGroups: [group], apiVersions: ['*'], resources: [plural], operations }],
});
const outranking = (): Any => ({
  ...{ apiVersion: 'policy.networking.k8s.io/v1alpha1', kind: 'AdminNetworkPolicy', spec: {} },
  metadata: { name: 'allow-all' } as Any['metadata'],
});
const without = (text: string): Any => JSON.parse(JSON.stringify(crd()).replace(text, 'true'));

/** What is done to the cluster, for real, and the checks that fail by it. */
const unsafe: readonly (readonly [
  title: string,
  objects: () => Promise<Any[]> | Any[],
  failing: string[],
])[] = [
  ['failurePolicy Ignore', () => [only('seinodes', { failurePolicy: 'Ignore' })], ['webhook-failure-policy']],
  [
    'deletes off',
    () => [only('networkpolicies', asked('networking.k8s.io', 'networkpolicies', 'CREATE', 'UPDATE'))],
    ['webhook-rules'],
  ],
  [
    'a namespace of nodes left out',
    () => [only('secrets', { namespaceSelector: { matchLabels: { a: 'b' } } })],
    ['webhook-selectors'],
  ],
  [
    'a caBundle of somebody else',
    async () => [webhookConfiguration((await createAuthority('stranger')).certificate, bed().webhook.url)],
    ['webhook-certificate', 'webhook-reachable'],
  ],
  [
    'an expired certificate',
    async () => {
      const validity = {
        notBefore: new Date(Date.now() - 86_400_000),
        notAfter: new Date(Date.now() - 60_000),
      };
      return [
        secret(await bed().authority.issue({ commonName: 'x' }, ['localhost'], [], undefined, validity)),
      ];
    },
    ['webhook-certificate'],
  ],
  [
    'a webhook that nobody answers for',
    () => [our(() => ({}), 'https://localhost:1/validate')],
    ['webhook-reachable'],
  ],
  [
    'a webhook whose Service is not there',
    () => {
      const configuration = webhookConfiguration(bed().authority.certificate);
      return [configuration];
    },
    ['webhook-certificate', 'webhook-endpoints', 'webhook-reachable'],
  ],
  ['Gatekeeper that ignores', () => [theirs({ failurePolicy: 'Ignore' })], ['gatekeeper-failure-policy']],
  ['Gatekeeper without deletes', () => [theirs(asked('*', '*', 'CREATE', 'UPDATE'))], ['gatekeeper-deletes']],
  [
    'an old Gatekeeper',
    () => [gatekeeper('openpolicyagent/gatekeeper:v3.11.0').deployment],
    ['gatekeeper-version'],
  ],
  [
    'no sync of NetworkPolicies',
    () => [
      {
        ...bundle().syncSet,
        spec: { gvks: bundle().syncSet.spec.gvks.filter(({ kind }: Any) => kind !== 'NetworkPolicy') },
      },
    ],
    ['gatekeeper-sync'],
  ],
  ['a CRD older than the plugin', () => [without('self.sidecar.tls == oldSelf.sidecar.tls')], ['crd-schema']],
  [
    'two operators',
    () => [
      operatorDeployment('elsewhere', 'ghcr.io/sei-protocol/sei-k8s-controller:v1'),
      operatorLease('elsewhere', new Date().toISOString()),
    ],
    ['operator-single'],
  ],
  ['an operator that is not ready', () => [{ ...operatorDeployment(), status: {} }], ['operator-ready']],
  [
    'an operator that does not lead',
    () => [operatorLease(namespace, '2026-01-01T00:00:00Z')],
    ['operator-leader'],
  ],
  [
    'a network plugin that does not enforce',
    () => [networkPlugin('--enable-network-policy=false')],
    ['networkpolicy-enforced'],
  ],
  [
    'a policy that outranks',
    () => [
      kind('', 'v1alpha1', 'AdminNetworkPolicy', 'adminnetworkpolicies', 'policy.networking.k8s.io'),
      outranking(),
    ],
    ['networkpolicy-outranked'],
  ],
  [
    'SeiNodeDeployments without their controller',
    () => [
      kind('', 'v1alpha1', 'SeiNodeDeployment', 'seinodedeployments', 'sei.io'),
      { ...outranking(), apiVersion: 'sei.io/v1alpha1', kind: 'SeiNodeDeployment' },
    ],
    ['seinodedeployments'],
  ],
  ['an unfinished toggle', () => [configMapOf({ journal: journal(), lease: {} })], ['toggles-finished']],
  [
    'settings that cannot be read',
    () => [
      {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seinode-policy', namespace } },
        data: { 'parameters.yaml': 'kind: [' },
      },
    ],
    ['policy-settings'],
  ],
];

for (const [title, objects, failing] of unsafe) {
  test(`${title} is found by name, and mended it is gone`, async t => {
    const changed = await objects();
    try {
      await bed().apply(...changed);
      const { code, of } = await doctorFinding(failing);
      t.deepEqual(of('fail'), failing);
      t.deepEqual(of('unknown'), []);
      t.is(code, 1);
    } finally {
      await mend(changed);
    }
    const after = await doctorFinding([]);
    t.deepEqual(after.of('fail'), []);
    t.is(after.code, 0);
  });
}

/** Asked until these fail, and no others: the API server takes its time to heed a webhook that has changed. */
async function doctorFinding(failing: readonly string[]): Promise<Awaited<ReturnType<typeof doctor>>> {
  let found = await doctor();
  await until(async () => {
    if (found.of('fail').join() === failing.join()) return true;
    found = await doctor();
    return false;
  });
  return found;
}

/** As the cluster was: what a healthy one has is put back, what it has not is deleted. */
async function mend(changed: readonly Any[]): Promise<void> {
  const healthy = [...healthyObjects(bed()), crd()];
  const nameOf = ({ kind, metadata }: Any) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  const known = new Map(healthy.map(object => [nameOf(object), object]));
  for (const object of changed.toReversed()) {
    const before = known.get(nameOf(object));
    if (before !== undefined) await bed().apply(before);
    else await controlPlane().kubectl(['delete', '-f', '-'], { input: JSON.stringify(object) });
  }
}

test('who may look at nothing is told which rights that takes', async t => {
  const nobody = await controlPlane().userKubeconfig('nobody');
  const { code, checks, of } = await doctor('', nobody);
  t.is(code, 3);
  t.deepEqual(of('fail'), []);
  for (const check of of('unknown')) {
    t.regex(
      checks.find(found => found.check === check)?.message ?? '',
      /^no permission to (get|list) .* needed$/,
    );
  }
  for (const check of ['crd-installed', 'operator-ready', 'webhook-installed', 'networkpolicy-enforced']) {
    t.true(of('unknown').includes(check), check);
  }
  t.true(of('warn').every(check => check.startsWith('caller-')));
});

test('who may look but not create is told that the way to the webhook is not known', async t => {
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }];
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'viewer' } };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'viewer' };
  const items = [
    { ...rbac, kind: 'ClusterRole', rules },
    { ...rbac, kind: 'ClusterRoleBinding', subjects, roleRef },
  ];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await kubectl(t, ['apply', '-f', '-'], { input });
  t.true(await isAllowed(controlPlane().kubectl, 'list', 'secrets', '-A', '--as', 'viewer'));
  const { code, checks, of } = await doctor('', await controlPlane().userKubeconfig('viewer'));
  t.is(code, 3);
  t.deepEqual(of('unknown'), ['webhook-reachable']);
  t.regex(
    checks.find(({ check }) => check === 'webhook-reachable')?.message ?? '',
    /no permission to create seinodes\.sei\.io .*verb create/,
  );
});

test('an API server that does not answer is one sentence', async t => {
  const { code, out, err } = await invoke(
    `doctor --kubeconfig ${controlPlane().kubeconfig} --as nobody --as-group system:masters -n arctic --request-timeout 1ms`,
  );
  t.is(code, 3);
  t.is(out, '');
  t.regex(err, /^error: .*\n$/);
});
