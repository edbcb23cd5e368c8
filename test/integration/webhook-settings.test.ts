import { readFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { until } from '../control-plane/until.ts';
import { system } from './webhook-bed.ts';
import {
  apply,
  assertRefused,
  certificateFor,
  createIssuer,
  merge,
  namespace,
  node,
  opaque,
  policy,
  template,
  tlsSecret,
  validator,
  withWebhook,
} from './webhook-fleet.ts';

const { test, controlPlane, kubectl, auditLog } = withWebhook(async controlPlane => {
  const issuer = await createIssuer();
  await apply(controlPlane, [namespace('a')]);
  await apply(controlPlane, [
    template('a', defaultParameters),
    tlsSecret('n0-tls', await certificateFor(issuer, 'n0')),
    opaque('v0-key'),
    node('n0', { sidecar: { tls: { secretName: 'n0-tls' } } }),
    validator('v0', 'v0-key', 'v0-node'),
  ]);
});

const run = (args: readonly string[], input?: object) =>
  controlPlane().kubectl(args, { input: JSON.stringify(input) ?? '' });
const open = (name: string, metadata: object = {}) => ({
  ...policy(name, { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 9100 }] }] }),
  metadata: { name, namespace: 'a', ...metadata },
});
const create = ['create', '-f', '-'];
const rehearse = [...create, '--dry-run=server'];

/** Writes the ConfigMap, as an operator of the cluster does; an entry that is null goes. */
const configure = (data: Record<string, string | null>) =>
  controlPlane().call('PATCH', `/api/v1/namespaces/${system}/configmaps/seinode-policy`, { data });
const settings = (more: object) => ({
  'admission.yaml': dump({ apiVersion: 'seinode.sei.io/v1', kind: 'AdmissionSettings', ...more }),
});
/** Whether what opens the public port is answered so, before long. */
const isAnswered = (code: number, stderr: RegExp) =>
  until(async () => {
    const answer = await run(rehearse, open('probe'));
    return answer.code === code && stderr.test(answer.stderr);
  });
const log = () => readFileSync(`${controlPlane().directory}/one.log`, 'utf8');

test('where nothing is configured the defaults hold', async t => {
  const { code, stderr } = await run(rehearse, open('probe'));
  t.is(code, 1);
  assertRefused(t, stderr, 'networkpolicies', 'netpol-public-port', 'a/[nv]0');
});

test('the operator’s own namespace is judged too', async t => {
  const hold = policy('stay', { podSelector: {}, policyTypes: ['Egress'] }, system);
  const { code, stderr } = await run(create, hold);
  t.is(code, 1);
  assertRefused(t, stderr, 'controller-networkpolicies', 'netpol-blocked', 'a/[nv]0');
});

test('actions are taken up as they are written: warn, dryrun, deny', async t => {
  const path = `/api/v1/namespaces/${system}/configmaps`;
  await controlPlane().call('POST', path, { metadata: { name: 'seinode-policy' } });
  await configure(settings({ actions: { 'netpol-public-port': 'warn' } }));
  t.true(await isAnswered(0, /^Warning: netpol-public-port: SeiNode a\/[nv]0 and 1 more: .*\.md\)\n$/));
  await configure(settings({ actions: { 'netpol-public-port': 'dryrun' } }));
  t.true(await isAnswered(0, /^$/));
  t.true(
    await until(
      () => auditLog('networkpolicies')[0]?.dryrun?.startsWith('netpol-public-port a/n0,a/v0') ?? false,
    ),
  );
  t.is((await run(rehearse, open('probe'))).stderr, '');
  await configure(settings({ actions: { 'netpol-public-port': 'deny' } }));
  t.true(await isAnswered(1, /denied the request: netpol-public-port/));
  t.true(
    await until(
      () => auditLog('networkpolicies')[0]?.denied?.startsWith('netpol-public-port a/n0,a/v0') ?? false,
    ),
  );
});

test('in a namespace that is exempt nothing is judged, and the audit log says why', async t => {
  await configure(settings({ exemptNamespaces: ['a'] }));
  t.true(await isAnswered(0, /^$/));
  t.is((await run(rehearse, node('m0', { fullNode: undefined }))).code, 0);
  t.true(await until(() => auditLog('seinodes')[0]?.passed === 'namespace a is exempt'));
});

test('settings that cannot be read: the defaults hold, and the log says what is wrong', async t => {
  for (const [text, said] of [
    ['actions: [', 'is no YAML'],
    [
      dump({ apiVersion: 'seinode.sei.io/v1', kind: 'AdmissionSettings', actions: { 'tls-sand': 'warn' } }),
      'names no rule',
    ],
    [dump({ apiVersion: 'v2', kind: 'AdmissionSettings', exemptNamespaces: ['a'] }), 'apiVersion'],
  ] as const) {
    await configure(settings({ exemptNamespaces: ['a'] }));
    t.true(await isAnswered(0, /^$/));
    await configure({ 'admission.yaml': text });
    t.true(await isAnswered(1, /denied the request: netpol-public-port/), said);
    t.true(
      await until(() =>
        log()
          .split('\n')
          .some(
            line =>
              line.includes('seinode-policy, admission.yaml') &&
              line.includes(said) &&
              line.includes('the defaults hold'),
          ),
      ),
    );
  }
});

test('parameters that cannot be read: NetworkPolicies are let through with a warning, all else is judged', async t => {
  await configure({ 'admission.yaml': null, 'parameters.yaml': 'controller: 7' });
  t.true(await isAnswered(0, /^Warning: not judged: the ConfigMap seinode-policy parameters\.yaml: .+\n$/));
  t.is((await run(rehearse, node('m0', { fullNode: undefined }))).code, 1);
  await configure({ 'parameters.yaml': null });
  // Neither key: it has none of what it is there for.
  t.true(
    await isAnswered(0, /^Warning: not judged: the ConfigMap seinode-policy has no key parameters\.yaml\n$/),
  );
  await controlPlane().call('DELETE', `/api/v1/namespaces/${system}/configmaps/seinode-policy`);
  t.true(await isAnswered(1, /denied the request: netpol-public-port/));
});

test('break-glass lets through: it is told, and in the audit log', async t => {
  const blank = open('blank', { annotations: { 'seinode.sei.io/break-glass': ' ' } });
  t.is((await run(create, blank)).code, 1);
  const annotations = { 'seinode.sei.io/break-glass': 'INC-7: the vendor is locked out' };
  const { code, stderr } = await run(create, open('open', { annotations }));
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /^Warning: let through by seinode\.sei\.io\/break-glass: INC-7: the vendor is locked out\nWarning: netpol-public-port: SeiNode a\/[nv]0 and 1 more: /,
  );
  const [last] = auditLog('networkpolicies');
  t.is(last?.['break-glass'], 'INC-7: the vendor is locked out');
  t.regex(last?.passed ?? '', /^netpol-public-port a\/n0,a\/v0$/);
  await kubectl(t, ['delete', '-n', 'a', 'networkpolicy/open']);
});

test('before a delete it goes onto the object as it is', async t => {
  t.is((await run(['delete', '-n', 'a', 'secret/v0-key'])).code, 1);
  await kubectl(t, ['annotate', '-n', 'a', 'secret/v0-key', 'seinode.sei.io/break-glass=it leaked']);
  const { code, stderr } = await run(['delete', '-n', 'a', 'secret/v0-key']);
  t.is(code, 0);
  t.regex(
    stderr,
    /^Warning: let through by seinode\.sei\.io\/break-glass: it leaked\nWarning: node-references: /,
  );
  t.is(auditLog('secrets')[0]?.['break-glass'], 'it leaked');
});

test('what the garbage collector deletes is let through, were it the certificate of a node', async t => {
  const { call } = controlPlane();
  const owners = '/api/v1/namespaces/a/configmaps';
  const { body } = await call('POST', owners, { metadata: { name: 'owner' } });
  const { uid } = (body as { metadata: { uid: string } }).metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
  await kubectl(t, merge('secret/n0-tls', { metadata: { ownerReferences } }));
  t.is((await run(['delete', '-n', 'a', 'secret/n0-tls'])).code, 1);
  await call('DELETE', `${owners}/owner`);
  const isGone = async () => (await call('GET', '/api/v1/namespaces/a/secrets/n0-tls')).status === 404;
  t.true(await until(isGone));
});

test('a namespace is deleted with its nodes, keys and policies, to its end', async t => {
  await apply(controlPlane(), [opaque('v0-key')]);
  await kubectl(t, ['delete', 'namespace', 'a', '--timeout=180s']);
  t.is((await controlPlane().call('GET', '/api/v1/namespaces/a')).status, 404);
});
