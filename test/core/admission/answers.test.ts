import test from 'ava';
import { defaultActions } from '../../../core/admission/actions.ts';
import { decodeReview } from '../../../core/admission/decode-review.ts';
import { decodeSettings } from '../../../core/admission/settings.ts';
import rules from '../../../wasm/rules.json' with { type: 'json' };
import { privateKey } from '../../wasm/fixtures.ts';
import { ask, node, outcome, request, secret, template, validator, world } from './world.ts';

const deleted = { before: template };
const settings = (more: object) => world({ settings: { actions: {}, exemptNamespaces: [], ...more } });
const annotated = (reason: unknown) => ({
  ...template,
  metadata: { ...template.metadata, annotations: { 'seinode.sei.io/break-glass': reason } },
});

test('every rule has a default action', t => {
  t.deepEqual(
    Object.keys(defaultActions).toSorted(),
    rules.map(({ id }) => id),
  );
});

test('a refusal says rule, node, witness, fix and page, within bounds', t => {
  const { status, warnings } = ask(deleted);
  const { code, message = '' } = status ?? {};
  t.is(code, 403);
  t.is(warnings, undefined);
  t.regex(
    message,
    /netpol-tasks-port: SeiNode arctic\/n0: 8443 is open beyond the controller: no NetworkPolicy isolates the pod/,
  );
  t.regex(message, /kubectl seinode netpol template.*docs\/rules\/netpol-tasks-port\.md/);
  t.true(message.length <= 4100);
});

test('a block that is opened has an address as witness', t => {
  const rule = (cidr: string) => ({ from: [{ ipBlock: { cidr } }], ports: [{ port: 8443 }] });
  const edited = (cidr: string) => ({
    ...template,
    spec: { ...template.spec, ingress: [...(template.spec?.ingress ?? []), rule(cidr)] },
  });
  const { status } = ask({ before: edited('10.0.0.0/9'), after: edited('10.0.0.0/8') });
  t.regex(status?.message ?? '', /addresses in 10\.0\.0\.0\/8, such as 10\.128\.0\.0\./);
});

test('with warn a finding is told, with dryrun only recorded', t => {
  const both = { 'netpol-tasks-port': 'warn', 'netpol-public-port': 'dryrun' };
  const answer = ask(deleted, settings({ actions: both }));
  t.is(outcome(answer), 'warned netpol-tasks-port');
  t.deepEqual(Object.keys(answer.auditAnnotations ?? {}), ['warned', 'dryrun']);
});

test('a warning of the rules is told, also where its rule is refused', t => {
  const hidden = { ...validator, metadata: { ...validator.metadata, name: 'v1', uid: 'uid-v1' } };
  const spec = {
    ...hidden.spec,
    validator: { ...hidden.spec.validator, signingKey: { secret: { secretName: 'own' } } },
  };
  t.is(outcome(ask({ after: { ...hidden, spec } })), 'warned node-references');
});

test('break-glass lets through, tells why and records it', t => {
  const answer = ask({ before: annotated('the vendor is locked out') });
  t.true(answer.allowed);
  t.is(answer.warnings?.[0], 'let through by seinode.sei.io/break-glass: the vendor is locked out');
  t.is(answer.auditAnnotations?.['break-glass'], 'the vendor is locked out');
  t.regex(answer.auditAnnotations?.passed ?? '', /netpol-tasks-port arctic\/n0/);
});

test('break-glass without a reason is none, and where nothing is refused it is no matter', t => {
  for (const reason of ['', '  ', 7, null]) t.false(ask({ before: annotated(reason) }).allowed);
  t.is(outcome(ask({ before: annotated('why'), after: annotated('why') })), 'allowed');
});

test('exempt and ending namespaces, and who cleans up, are let through', t => {
  t.is(outcome(ask(deleted, settings({ exemptNamespaces: ['arctic'] }))), 'allowed');
  t.is(outcome(ask(deleted, world({ terminating: new Set(['arctic']) }))), 'allowed');
  for (const name of ['generic-garbage-collector', 'namespace-controller']) {
    const username = `system:serviceaccount:kube-system:${name}`;
    t.is(outcome(ask({ ...deleted, userInfo: { username } })), 'allowed');
  }
  t.is(
    outcome(
      ask({ ...deleted, userInfo: { username: 'system:serviceaccount:other:namespace-controller' } }),
    ).slice(0, 6),
    'denied',
  );
});

test('what is of no kind that is judged is let through, and so is what cannot be read', t => {
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  t.is(outcome(ask({ after: node('n1'), kind })), 'allowed');
  t.regex(
    outcome(ask({ after: { ...node('n1'), spec: 7 } })),
    /^warned not judged: the SeiNode cannot be read/,
  );
});

test('warnings stay within what the API server passes on', t => {
  const many = Array.from({ length: 200 }, (_, at) => ({
    ...validator,
    metadata: { ...validator.metadata, name: `v${at}-${'x'.repeat(40)}`, uid: `uid-${at}` },
  }));
  const answer = ask(
    { after: node('x', { ...validator.spec, fullNode: undefined as never }) },
    world({
      nodes: many,
      settings: { actions: { 'node-references': 'warn' }, exemptNamespaces: [] },
    }),
  );
  const warnings = answer.warnings ?? [];
  t.true(warnings.length > 10);
  t.true(warnings.every(line => [...line].length <= 256));
  t.true([...warnings.join('')].length <= 4096);
  t.regex(warnings.at(-1) ?? '', /^and \d+ more/);
});

test('nothing of a Secret is in any answer', t => {
  const certificates = ['good', 'until_1600', 'cn_only', 'other', 'bad_ip'];
  for (const name of certificates) {
    const after = {
      ...secret(name),
      data: { ...secret(name).data, extra: Buffer.from('hunter2').toString('base64') },
    };
    const said = JSON.stringify(ask({ before: secret('good'), after }));
    for (const [entry, value] of Object.entries(after.data)) {
      t.false(said.includes(value), entry);
      t.false(said.includes(Buffer.from(value, 'base64').toString().trim()), entry);
    }
    t.false(said.includes(privateKey.split('\n')[1]!));
  }
});

test('a review is read', t => {
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: request({ after: node('n1') }),
  };
  const read = decodeReview(review);
  t.true(read.ok && read.value.name === 'n1');
});

for (const [value, expected] of [
  [null, /it must be an object/],
  [[], /it must be an object/],
  [{ apiVersion: 'admission.k8s.io/v1beta1', kind: 'AdmissionReview', request: {} }, /apiVersion/],
  [{ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, /request is required and missing/],
  [
    {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { uid: '', operation: 'CREATE', kind: {} },
    },
    /request\./,
  ],
  [
    {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { uid: '1', operation: 'PATCH', kind: { group: '', version: '', kind: '' } },
    },
    /request\.operation/,
  ],
  ...(['object', 'oldObject'] as const).flatMap(which =>
    (['namespace', 'name'] as const).map(
      field =>
        [
          {
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            request: {
              ...{ uid: '1', operation: 'DELETE', kind: { group: '', version: 'v1', kind: 'Secret' } },
              [which]: { metadata: { [field]: { toString: 1 } } },
            },
          },
          new RegExp(`request\\.${which}\\.metadata\\.${field} must be a string`),
        ] as const,
    ),
  ),
] as const) {
  test(`${JSON.stringify(value)} is no review`, t => {
    const read = decodeReview(value);
    t.regex(read.ok ? '' : read.error, /^not an AdmissionReview of admission\.k8s\.io\/v1: /);
    t.regex(read.ok ? '' : read.error, expected);
  });
}

const head = { apiVersion: 'seinode.sei.io/v1', kind: 'AdmissionSettings' };

test('settings are read', t => {
  const { faults, settings: read } = decodeSettings({
    ...head,
    actions: { 'tls-sans': 'warn' },
    exemptNamespaces: ['dev'],
  });
  t.deepEqual(faults, []);
  t.deepEqual(read, { actions: { 'tls-sans': 'warn' }, exemptNamespaces: ['dev'] });
  t.deepEqual(decodeSettings(head).faults, []);
});

for (const [more, expected] of [
  [{ actions: { 'tls-sans': 'audit' } }, /^actions\.tls-sans .*"audit"/],
  [{ actions: { 'tls-san': 'warn' } }, /^actions\.tls-san names no rule/],
  [{ actions: ['deny'] }, /^actions must be an object/],
  [{ exemptNamespaces: 'dev' }, /^exemptNamespaces must be a list/],
  [{ exemptNamespaces: ['Dev'] }, /^exemptNamespaces\[0\] is "Dev"/],
  [{ exempt: [] }, /^exempt is no field/],
  [{ kind: 'PolicyParameters' }, /^kind .*"PolicyParameters"/],
] as const) {
  test(`settings with ${JSON.stringify(more)} say what is wrong`, t => {
    const [fault] = decodeSettings({ ...head, ...more }).faults;
    t.regex(`${fault?.field} ${fault?.message}`, expected);
  });
}
