import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import anyTest, { type ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { request } from 'undici';
import type { Report } from '../../core/findings/report.ts';
import { hasGo } from '../../scripts/cache.ts';
import { established } from '../control-plane/crd.ts';
import { reportCRD } from '../control-plane/report-crds.ts';
import { until } from '../control-plane/until.ts';
import { invoke } from '../plugin/terminal.ts';
import { requires } from '../requires.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test: onControlPlane, controlPlane, kubectl } = withControlPlane(anyTest.serial);
const withGo = requires('Go, to fetch the CRDs of reports', hasGo(), anyTest.serial);
const test: typeof onControlPlane = hasGo() ? onControlPlane : withGo;

let fleet: Fleet;
let operator: FaultyOperator;
const template = load(
  readFileSync(join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml'), 'utf8'),
) as { spec: { ingress: object[] } };

/** A finding as both tell it. */
type Told = { rule: string; severity: string; object: string; message: string; field: string; fix: string };

async function policyCheck(): Promise<Told[]> {
  const { out, err } = await invoke(`policy check -A -o json --kubeconfig ${controlPlane().kubeconfig}`);
  if (out === '') throw new Error(err);
  return JSON.parse(out)
    .findings.map(({ rule, severity, object, message, field, fix }: Told & { object: never }) => {
      const { kind, namespace, name } = object;
      return { rule, severity, object: `${kind} ${namespace}/${name}`, message, field, fix };
    })
    .toSorted(byText);
}

const severities: Readonly<Record<string, string>> = { high: 'error', medium: 'warning', info: 'info' };
const reports = '/apis/openreports.io/v1alpha1';

async function reported(): Promise<Report[]> {
  const { body } = await controlPlane().call('GET', `${reports}/reports`);
  return (body as { items: Report[] }).items;
}

/** The same findings out of the reports, which leave out an empty field. */
async function audited(): Promise<Told[]> {
  return (await reported())
    .flatMap(({ scope, results }) =>
      results.map(({ policy, severity = '', message, properties }) => ({
        ...{ rule: policy, severity: severities[severity] ?? severity },
        object: `${scope.kind} ${scope.namespace}/${scope.name}`,
        ...{ message, field: properties?.field ?? '', fix: properties?.fix ?? '' },
      })),
    )
    .toSorted(byText);
}

async function counted(): Promise<number> {
  const { body } = await request(`${operator.metrics}/metrics`);
  return [...(await body.text()).matchAll(/^seinode_policy_findings\{.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

function byText(a: Told, b: Told): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Waits until both tell the same, and something that was wanted. */
async function agree(t: ExecutionContext, has: (told: readonly Told[]) => boolean): Promise<void> {
  const begun = performance.now();
  let [ours, theirs]: Told[][] = [[], []];
  const same = await until(async () => {
    [ours, theirs] = await Promise.all([audited(), policyCheck()]);
    return has(theirs!) && isDeepStrictEqual(ours, theirs) && (await counted()) === theirs!.length;
  });
  t.log(`${theirs!.length} findings after ${Math.round(performance.now() - begun)} ms`);
  if (!same) t.deepEqual(ours, theirs);
  t.true(same, JSON.stringify({ counted: await counted(), theirs }, null, 1));
}

const breaks =
  (rule: string, object: RegExp, message = /(?:)/) =>
  (told: readonly Told[]) =>
    told.some(each => each.rule === rule && object.test(each.object) && message.test(each.message));
const keeps = (...args: Parameters<typeof breaks>) => {
  const broken = breaks(...args);
  return (told: readonly Told[]) => !broken(told);
};

const call = (...asked: Parameters<ReturnType<typeof controlPlane>['call']>) => controlPlane().call(...asked);
const policies = '/apis/networking.k8s.io/v1/namespaces/arctic/networkpolicies';
const system = '/api/v1/namespaces/sei-k8s-controller-system';

test('the audit finds what policy check finds, before anything was edited', async t => {
  await install(controlPlane(), t);
  const crd = reportCRD('openreports.io');
  await kubectl(t, ['apply', '--server-side', '-f', '-'], { input: JSON.stringify(crd) });
  await established(controlPlane(), crd.metadata.name);
  fleet = await startFleet(controlPlane());
  operator = await faultyOperator(controlPlane(), fleet.sidecars);
  await fleet.create('arctic', 2);
  await fleet.create('baltic', 1);
  await operator.start();
  t.true(await until(() => fleet.areAll('Running', 'baltic')));
  await agree(t, breaks('netpol-tasks-port', /arctic\/n0/));
});

/** A pod of the controller, as the restricted profile of its namespace lets it be. */
const manager = {
  metadata: {
    name: 'manager',
    labels: { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' },
  },
  spec: {
    serviceAccountName: 'sei-k8s-controller-manager',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        ...{ name: 'c', image: 'i' },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

type Step = readonly [what: string, act: () => Promise<unknown>, has: (told: readonly Told[]) => boolean];

const steps: readonly Step[] = [
  ['a policy closes nodes', () => call('POST', policies, template), keeps('netpol-tasks-port', /arctic/)],
  [
    'another opens them',
    () =>
      call('POST', policies, {
        metadata: { name: 'debug' },
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 8443 }] }] },
      }),
    breaks('netpol-tasks-port', /arctic\/n0/, /debug/),
  ],
  ['that policy goes', () => call('DELETE', `${policies}/debug`), keeps('netpol-tasks-port', /arctic/)],
  [
    'a Secret goes',
    () => call('DELETE', '/api/v1/namespaces/arctic/secrets/n1-tls'),
    breaks('tls-secret', /n1/),
  ],
  [
    'one of another type comes in its place',
    () =>
      call('POST', '/api/v1/namespaces/arctic/secrets', {
        metadata: { name: 'n1-tls' },
        stringData: { a: 'b' },
      }),
    breaks('tls-secret', /n1/, /type/),
  ],
  [
    'a pod loses the label by which the operator hears of it',
    () =>
      call('PATCH', '/api/v1/namespaces/arctic/pods/n0-0', { metadata: { labels: { 'sei.io/node': null } } }),
    breaks('label-contract', /n0/),
  ],
  [
    'a Service leads past the proxy',
    () =>
      call('PATCH', '/api/v1/namespaces/arctic/services/n1', {
        spec: { ports: [{ name: 'tasks', port: 7777 }] },
      }),
    breaks('listener-split', /n1/),
  ],
  [
    'a StatefulSet is without its node',
    () =>
      call('POST', '/apis/apps/v1/namespaces/arctic/statefulsets', {
        metadata: { name: 'lone' },
        spec: {
          serviceName: 'lone',
          selector: { matchLabels: { 'sei.io/node': 'lone' } },
          template: {
            metadata: { labels: { 'sei.io/node': 'lone' } },
            spec: {
              containers: [{ name: 'seid', image: 'i', ports: [{ name: 'api', containerPort: 8443 }] }],
            },
          },
        },
      }),
    breaks('listener-split', /(StatefulSet|Pod) arctic\/lone/),
  ],
  [
    'a pod of the controller is not of those that a policy lets in',
    async () => {
      const made = await call('POST', `${system}/pods`, manager);
      if (made.status !== 201) return made;
      const [, ...others] = template.spec.ingress;
      return call('PATCH', `${policies}/seinodes`, { spec: { ingress: others } });
    },
    breaks('netpol-blocked', /arctic\/n1/, /sei-k8s-controller-system\/manager/),
  ],
  [
    'that pod goes',
    () => call('DELETE', `${system}/pods/manager?gracePeriodSeconds=0`),
    keeps('netpol-blocked', /arctic\/n1/, /system\/manager/),
  ],
  [
    'others may connect',
    () =>
      call('POST', `${system}/configmaps`, {
        metadata: { name: 'seinode-policy' },
        data: {
          'parameters.yaml':
            'apiVersion: seinode.sei.io/v1\nkind: PolicyParameters\nmonitoring: {namespaceSelector: {matchLabels: {team: sre}}}',
        },
      }),
    breaks('netpol-public-port', /arctic\/n0/),
  ],
  [
    'a namespace is labelled',
    () => call('PATCH', '/api/v1/namespaces/baltic', { metadata: { labels: { team: 'sre' } } }),
    breaks('netpol-public-port', /baltic\/n0/),
  ],
  [
    'a node comes without its Secret',
    () =>
      call('POST', '/apis/sei.io/v1alpha1/namespaces/baltic/seinodes', {
        ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name: 'late' } },
        spec: {
          ...{ chainId: 'arctic-1', image: 'i', fullNode: {}, podLabels: { 'sei.io/role': 'other' } },
          sidecar: { tls: { secretName: 'late-tls' } },
        },
      }),
    breaks('tls-secret', /late/),
  ],
];

for (const [what, act, has] of steps) {
  test(`and after ${what}`, async t => {
    const answer = (await act()) as { status?: number; body?: unknown } | undefined;
    t.true((answer?.status ?? 200) < 300, JSON.stringify(answer?.body));
    await agree(t, has);
  });
}

test('what is found is reported at the object that it goes with, since when it was found', async t => {
  const report = (await reported()).find(({ scope }) => scope.name === 'late')!;
  t.is(report.metadata.name, 'seinode-policy.seinode.late');
  t.like(report.metadata.ownerReferences?.[0], { kind: 'SeiNode', name: 'late', uid: report.scope.uid });
  t.is(report.summary.fail + report.summary.warn, report.results.length);
  t.true(report.results.every(({ timestamp }) => Math.abs(timestamp!.seconds - Date.now() / 1000) < 600));
  t.true(report.results.every(({ source }) => source === 'sei-k8s-controller'));
});

test('it is told as an Event, and so is that it is gone', async t => {
  const told = async (reason: string, words: RegExp) => {
    const { body } = await call('GET', '/api/v1/events?limit=1000');
    const { items } = body as {
      items: { reason: string; message: string; involvedObject: { name: string } }[];
    };
    return items.some(
      event => event.reason === reason && words.test(`${event.involvedObject.name} ${event.message}`),
    );
  };
  t.true(await until(() => told('PolicyViolation', /^late tls-secret: /)));
  t.true(await until(() => told('PolicyViolationGone', /^n0 netpol-tasks-port: /)));
});

test('an operator that starts anew finds the same and writes no report', async t => {
  const { length } = operator.writes();
  await operator.restart();
  t.true(await until(async () => (await operator.metric('seinode_audit_duration_seconds')) > 0));
  await agree(t, breaks('tls-secret', /late/));
  t.deepEqual(
    operator
      .writes()
      .slice(length)
      .filter(({ path }) => path.includes('reports')),
    [],
  );
});

test('what is set aside is told with its reason', async t => {
  const metadata = { annotations: { 'seinode.sei.io/break-glass': 'INC-7: restore' } };
  t.is((await call('PATCH', `${policies}/seinodes`, { metadata })).status, 200);
  const one = 'seinode_break_glass{namespace="arctic",kind="NetworkPolicy",name="seinodes"}';
  t.true(await until(async () => (await operator.metric(one)) === 1));
  t.true(
    await until(async () => {
      const { body } = await call('GET', '/api/v1/namespaces/arctic/events');
      return JSON.stringify(body).includes('set aside for it: INC-7: restore');
    }),
  );
});

test('reports go with their object, and where nothing is found any more', async t => {
  await call('DELETE', '/apis/sei.io/v1alpha1/namespaces/baltic/seinodes/late');
  t.true(await until(async () => !(await reported()).some(({ scope }) => scope.name === 'late')));
  await agree(t, keeps('tls-secret', /late/));
});

test('where there are only PolicyReports those are written, and what an operator before left is cleaned', async t => {
  const [reportsCRD, crd] = [reportCRD('openreports.io'), reportCRD('wgpolicyk8s.io')];
  await kubectl(t, ['apply', '--server-side', '-f', '-'], { input: JSON.stringify(crd) });
  await established(controlPlane(), crd.metadata.name);
  const path = '/apis/wgpolicyk8s.io/v1alpha2/namespaces/default/policyreports';
  const labels = { 'app.kubernetes.io/managed-by': 'sei-k8s-controller' };
  const type = { apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport' };
  const stale = () => call('POST', path, { ...type, metadata: { name: 'left', labels } });
  t.true(await until(async () => (await stale()).status === 201));
  t.is((await call('POST', path, { ...type, metadata: { name: 'others' } })).status, 201);
  const names = async () => {
    const { body } = await call('GET', '/apis/wgpolicyk8s.io/v1alpha2/policyreports');
    return (body as { items: Report[] }).items.map(({ metadata }) => metadata.name).toSorted();
  };
  await operator.restart();
  t.true(await until(async () => isDeepStrictEqual(await names(), ['others'])));
  const known = (await reported()).map(({ metadata }) => metadata.name);
  await kubectl(t, ['delete', `crd/${reportsCRD.metadata.name}`]);
  await operator.restart();
  t.true(await until(async () => isDeepStrictEqual(await names(), ['others', ...known].toSorted())));
});

test('without the right to see NetworkPolicies nobody is told that all is well', async t => {
  t.is(await operator.metric('seinode_audit_incomplete'), 0);
  const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/sei-k8s-controller-manager';
  type Rule = { resources: string[] };
  const { rules } = (await call('GET', role)).body as { rules: Rule[] };
  await call('PATCH', role, {
    rules: rules.filter(({ resources }) => !resources.includes('networkpolicies')),
  });
  await operator.restart();
  t.true(await until(async () => (await operator.metric('seinode_audit_incomplete')) === 1));
  t.true(
    await until(async () => {
      const { body } = await call('GET', '/apis/wgpolicyk8s.io/v1alpha2/policyreports');
      const { items } = body as { items: Report[] };
      return items.some(({ results = [] }) => results.some(({ result }) => result === 'error'));
    }),
  );
  t.true(operator.errors().some(line => line.includes('the audit, which may lack findings')));
});

anyTest.after.always('they stop', async () => {
  await Promise.all([operator?.end(), fleet?.stop()]);
});
