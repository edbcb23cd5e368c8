import test from 'ava';
import { diagnose } from '../../core/doctor/diagnose.ts';
import { failure } from '../../core/result.ts';
import { formatChecks } from '../../plugin/output/checks.ts';
import { historyItem } from '../../plugin/toggle/report.ts';
import { healthy } from '../core/doctor/healthy.ts';
import { journal } from '../core/toggle/cases.ts';
import { operatorDeployment } from '../doctor/objects.ts';
import { planStatus } from './plans.ts';
import { objections, readSchema, schemaFiles, schemas } from './schemas.ts';
import { nodeYAML } from './source/manifests.ts';
import { examples, invoke } from './terminal.ts';

/** The example of the command line's contract, and a second item with what that leaves out. */
const reach = {
  apiVersion: 'seinode.sei.io/v1',
  kind: 'ReachReport',
  items: [
    {
      to: 'arctic/n0-0',
      port: 8443,
      isolated: true,
      from: ['sei-system/controller-0'],
      denied: ['default/curl'],
      unknown: [] as object[],
      because: [
        { from: 'sei-system/controller-0', policy: 'arctic/sidecar', rule: 0, peer: 0 as number | null },
      ],
      ips: { '203.0.113.7': false },
    },
    {
      to: 'arctic/n1-0',
      port: 9100,
      isolated: true,
      from: ['a/b'],
      denied: [],
      unknown: [{ from: 'kube-system/proxy', why: 'hostNetwork' }],
      because: [{ from: 'a/b', policy: 'arctic/open', rule: 1, peer: null }],
    },
  ],
};

test('a ReachReport as the command line will print it fits its schema', t => {
  t.deepEqual(objections(reach), []);
});

/** As `tls verify` prints it, which takes a cluster: test/integration/tls-verify.test.ts. */
const verification = {
  apiVersion: 'seinode.sei.io/v1',
  kind: 'TLSVerification',
  namespace: 'arctic',
  name: 'n0',
  tls: true,
  secretName: 'n0-tls',
  ready: true,
  outcome: 'Verified',
  message: 'good',
  requiredDNSNames: ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'],
  expectedSHA256: 'a'.repeat(64),
  served: {
    subject: 'CN=n0',
    issuer: 'CN=ca',
    dnsNames: ['n0.arctic.svc.cluster.local', 'n0-0.n0.arctic.svc.cluster.local'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2056-01-01T00:00:00Z',
    serial: '01',
    sha256: 'a'.repeat(64),
  },
  tasks: { serviceAccount: 'arctic/submitter', status: 403, allowed: false, message: 'not allowed' },
};

/** As `tls history` prints it, which takes a cluster: one under way. */
const history = toggleDocument('ToggleHistory', [
  toggled({ outcome: 'Unfinished', holder: 'alice@laptop', renewTime: '2026-01-01T00:00:09Z' }),
  toggled({ outcome: 'Done', step: 'Done', ended: true }),
]);

/** As `tls enable` prints it, with an item of each sort: a plan, a toggle that stopped, one that never began. */
const plans = `tls enable tls-off --secret tls-off-tls -f ${examples} --dry-run=client`;
const toggles = toggleDocument('ToggleReport', [
  ...(await printed(plans)).items,
  toggled({ outcome: 'Stopped', message: 'why' }),
  toggled({ outcome: 'Done', step: 'Done', ended: true }),
  { namespace: 'arctic', name: 'n0', outcome: 'NotBegun' },
  { namespace: 'arctic', name: 'n0', outcome: 'Refused', message: 'why' },
]);

function toggleDocument(kind: string, items: readonly object[]) {
  return { apiVersion: 'seinode.sei.io/v1', kind, items };
}

function toggled({ outcome, ...changes }: { readonly outcome: string; readonly [key: string]: unknown }) {
  return {
    ...{ namespace: 'arctic', name: 'n0', outcome },
    ...historyItem({ journal: journal(), lease: {} }),
    ...{ outcome, ...changes },
  };
}

const selector = {
  matchLabels: { 'example.com/tier': 'gold' },
  matchExpressions: [
    { key: 'a', operator: 'In', values: ['b'] },
    { key: 'a', operator: 'Exists' },
  ],
};
const pods = { namespaceSelector: selector, podSelector: selector };

/** As people write it, with every part. */
const parameters = {
  apiVersion: 'seinode.sei.io/v1',
  kind: 'PolicyParameters',
  controller: pods,
  monitoring: pods,
  allow: [{ ports: [9100], from: pods }],
};

/** As `doctor` prints it, which takes a cluster: one in which every status is to be seen. */
const checks = diagnose({
  ...healthy,
  probe: undefined,
  endpoints: failure('no permission to look'),
  certificate: { ok: true, value: undefined },
  operators: { ok: true, value: [operatorDeployment(), operatorDeployment('elsewhere')] },
  denied: { ok: true, value: [{ verb: 'get', group: '', resource: 'secrets', namespace: 'arctic' }] },
});
const report = JSON.parse(
  formatChecks({ output: 'json', noHeaders: false }, checks, {
    ...{ width: 80, color: false, out: () => {}, error: () => {} },
    ...{ stdin: async () => new Uint8Array(), closed: new AbortController().signal },
  }),
);
const indexOf = (wanted: string) => checks.findIndex(({ status }) => status === wanted);

const documents: Record<string, { kind: string }> = {
  DoctorReport: report,
  NodeList: await printed(`list -f ${examples}`),
  NodePlan: JSON.parse((await invoke('plan n0 -f - -o json', nodeYAML('n0', planStatus))).out),
  NodeReport: await printed(`inspect san-missing -f ${examples}`),
  Policy: await printed('policy explain tls-sans'),
  PolicyList: await printed('policy list'),
  PolicyParameters: parameters,
  PolicyReport: await printed(`policy check -f ${examples}`),
  ReachReport: reach,
  TLSReport: await printed(`tls check -f ${examples}`),
  TLSVerification: verification,
  ToggleHistory: history,
  ToggleReport: toggles,
};

async function printed(command: string) {
  return JSON.parse((await invoke(`${command} -o json`)).out);
}

test('every kind has a schema in a file of its name, which needs no other file', t => {
  t.deepEqual([...schemas.keys()].toSorted(), Object.keys(documents));
  for (const file of schemaFiles) {
    const { $id, title, $schema } = readSchema(file);
    const kebab = title.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=TLS)/g, '-').toLowerCase();
    t.is(file, `${kebab}.json`);
    t.true($id.endsWith(`/docs/schemas/${file}`));
    t.is($schema, 'https://json-schema.org/draft/2020-12/schema');
  }
});

test('what has one name in several schemas is the same in all', t => {
  const known = new Map<string, string>();
  for (const file of schemaFiles) {
    for (const [name, schema] of Object.entries(readSchema(file).$defs ?? {})) {
      const text = JSON.stringify(schema);
      t.is(known.get(name) ?? text, text, `${name} in ${file}`);
      known.set(name, text);
    }
  }
});

/** Every place in a document, as the keys that lead there. */
function* placesIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) yield* placesIn(child, [...path, key]);
  }
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], document);
}

/** A copy with another value at a place, or without any. */
function altered<T>(document: T, path: readonly string[], value?: unknown): T {
  const copy = structuredClone(document);
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown>;
  if (value === undefined) delete parent[path.at(-1)!];
  else parent[path.at(-1)!] = value;
  return copy;
}

/** Objects whose keys are data. */
const open = /^(?:findings\.\d+\.)?details$|^summary\.byRule$|\.ips$/;

for (const [kind, document] of Object.entries(documents)) {
  test(`a ${kind} with one more field, or a value of another type, is denied`, t => {
    for (const path of placesIn(document)) {
      const name = path.join('.');
      const value = at(document, path);
      const isData = path.some((_, depth) => open.test(path.slice(0, depth).join('.')));
      if (path.length > 0 && !isData) {
        t.not(objections(altered(document, path, [[{}]])).length, 0, `${name} of another type`);
      }
      if (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        !isData &&
        !open.test(name)
      ) {
        t.not(objections(altered(document, [...path, 'extra'], 1)).length, 0, `${name} with one more`);
      }
    }
  });
}

const denied = test.macro({
  exec(t, kind: string, place: string, value?: unknown) {
    const document = documents[kind]!;
    t.deepEqual(objections(document), []);
    t.not(objections(altered(document, place.split('.'), value)).length, 0);
  },
  title: (_, kind, place, value) =>
    value === undefined
      ? `a ${kind} without ${place} is denied`
      : `a ${kind} whose ${place} is ${JSON.stringify(value)} is denied`,
});

// The items of the examples, in their order: 0 cn-only, 3 expired, 5 good-ec, 7 no-secret, 10 tls-off.
for (const kind of ['TLSReport', 'NodeList']) {
  for (const field of [
    'namespace',
    'name',
    'tls',
    'ready',
    'missing',
    'certificate',
    'secretName',
    'reason',
    'message',
  ]) {
    test(denied, kind, `items.0.${field}`);
  }
  test(denied, kind, 'items.5.certificate');
  test(denied, kind, 'items.5.certificate.serial', 'AB');
  test(denied, kind, 'items.5.certificate.serial', '');
  test(denied, kind, 'items.5.certificate.sha256', 'a'.repeat(63));
  test(denied, kind, 'items.5.certificate.notAfter', '2056-01-01T00:00:00+00:00');
  test(denied, kind, 'items.5.certificate.notAfter', '2056-01-01T00:00:00.5Z');
  test(denied, kind, 'items.5.certificate.notBefore', '2056-13-01T00:00:00Z');
  test(denied, kind, 'items.5.missing', ['a']);
  test(denied, kind, 'items.5.ready', false);
  test(denied, kind, 'items.5.name', 'N0');
  test(denied, kind, 'items.3.ready', true);
  test(denied, kind, 'items.3.reason', 'Late');
  test(denied, kind, 'items.0.missing', []);
  test(denied, kind, 'items.10.ready', false);
  test(denied, kind, 'items.10.reason', 'Ready');
  test(denied, kind, 'items.10.message', 'off');
  test(denied, kind, 'items.10.secretName', 's');
  test(denied, kind, 'items.10.tls', true);
  test(denied, kind, 'apiVersion', 'seinode.sei.io/v2');
  test(denied, kind, 'items');
}
test(denied, 'TLSReport', 'items.0.requiredDNSNames');
test(denied, 'TLSReport', 'items.10.requiredDNSNames');
test(denied, 'TLSReport', 'items.0.requiredDNSNames', ['one']);
test(denied, 'NodeList', 'items.0.creationTimestamp', 'yesterday');
test(denied, 'NodeList', 'items.0.phase', 'Sleeping');
for (const field of [
  'requiredDNSNames',
  'listeners',
  'proxyArguments',
  'volume',
  'findings',
  'certificate',
]) {
  test(denied, 'NodeReport', field);
}
test(denied, 'NodeReport', 'listeners.0.port', 70_000);
test(denied, 'NodeReport', 'certificate.keyMatches');
test(denied, 'NodeReport', 'plan', { phase: 'Active' });
for (const field of ['rule', 'severity', 'object', 'message', 'details', 'fix', 'docs', 'file', 'line']) {
  test(denied, 'PolicyReport', `findings.0.${field}`);
}
test(denied, 'PolicyReport', 'findings.0.rule', 'TLS_sans');
test(denied, 'PolicyReport', 'findings.0.severity', 'fatal');
test(denied, 'PolicyReport', 'findings.0.line', 0);
test(denied, 'PolicyReport', 'findings.0.docs', 'tls-sans.md');
test(denied, 'PolicyReport', 'findings.0.object.kind', 'seinode');
test(denied, 'PolicyReport', 'summary.checked', -1);
test(denied, 'PolicyReport', 'summary.byRule', { 'tls sans': 1 });
for (const field of ['check', 'category', 'status', 'message', 'docs', 'fix']) {
  test(denied, 'DoctorReport', `checks.${indexOf('fail')}.${field}`);
}
for (const field of ['fix', 'details']) {
  test(denied, 'DoctorReport', `checks.${indexOf('pass')}.${field}`, 'apply it');
}
test(denied, 'DoctorReport', `checks.${indexOf('unknown')}.fix`, 'apply it');
test(denied, 'DoctorReport', `checks.${indexOf('skipped')}.status`, 'fine');
test(denied, 'DoctorReport', `checks.${indexOf('warn')}.check`, 'Caller');
test(denied, 'DoctorReport', 'summary.unknown');
test(denied, 'DoctorReport', 'summary.pass', -1);
test(denied, 'PolicyList', 'items.0.fix');
test(denied, 'PolicyList', 'items.0.id', 'TLS');
test(denied, 'Policy', 'example');
for (const field of [
  'namespace',
  'tls',
  'secretName',
  'ready',
  'outcome',
  'message',
  'expectedSHA256',
  'served',
]) {
  test(denied, 'TLSVerification', field);
}
test(denied, 'TLSVerification', 'ready', false);
test(denied, 'TLSVerification', 'tls', false);
for (const outcome of ['Fine', 'RotationPending', 'Listening', 'SANsMismatch']) {
  test(denied, 'TLSVerification', 'outcome', outcome);
}
test(denied, 'TLSVerification', 'missing', ['n0.arctic.svc.cluster.local']);
test(denied, 'TLSVerification', 'expectedSHA256', 'A'.repeat(64));
test(denied, 'TLSVerification', 'tasks.status');
test(denied, 'TLSVerification', 'tasks.serviceAccount', 'submitter');
for (const field of Object.keys(reach.items[1] ?? {})) {
  test(denied, 'ReachReport', `items.1.${field}`);
}
test(denied, 'ReachReport', 'items.0.port', 0);
test(denied, 'ReachReport', 'items.0.isolated', false);
test(denied, 'ReachReport', 'items.0.to', 'n0-0');
test(denied, 'ReachReport', 'items.0.ips', { curl: true });
test(denied, 'ReachReport', 'items.0.unknown', ['default/curl']);
test(denied, 'ReachReport', 'items.0.because.0.peer', -1);
test(denied, 'ReachReport', 'items.0.because.0.peer');

for (const [kind, at] of [
  ['ToggleHistory', 0],
  ['ToggleReport', 1],
] as const) {
  for (const field of [
    ...['namespace', 'name', 'outcome', 'number', 'configMap', 'from', 'to', 'direction', 'step', 'ended'],
    ...['who', 'pluginVersion', 'times', 'claim', 'volume'],
  ]) {
    test(denied, kind, `items.${at}.${field}`);
  }
  test(denied, kind, `items.${at}.step`, 'Sleeping');
  test(denied, kind, `items.${at}.to.secretName`);
  test(denied, kind, `items.${at}.from.secretName`, 'n0-tls');
  test(denied, kind, `items.${at}.times.0.at`, '2026-01-01T00:00:00.5Z');
}
test(denied, 'ToggleHistory', 'items.0.renewTime');
test(denied, 'ToggleHistory', 'items.0.ended', true);
test(denied, 'ToggleHistory', 'items.1.ended', false);
test(denied, 'ToggleHistory', 'items.1.holder', 'alice@laptop');
for (const field of [
  'dryRun',
  'from',
  'to',
  'steps',
  'deletes',
  'keeps',
  'downtime',
  'warnings',
  'refusals',
]) {
  test(denied, 'ToggleReport', `items.0.${field}`);
}
test(denied, 'ToggleReport', 'items.0.outcome', 'Done');
test(denied, 'ToggleReport', 'items.1.message');
test(denied, 'ToggleReport', 'items.1.warnings', []);
test(denied, 'ToggleReport', 'items.2.ended', false);
test(denied, 'ToggleReport', 'items.3.dryRun', 'client');
test(denied, 'ToggleReport', 'items.3.from', { tls: false });
test(denied, 'ToggleReport', 'items.4.message');
