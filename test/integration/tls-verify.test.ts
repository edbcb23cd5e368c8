import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { pods, secrets, seiNodes } from '../../cluster/resource.ts';
import { podTemplate } from '../../core/resources/pod-template.ts';
import { sha256Hex } from '../../core/x509/certificate.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { until } from '../control-plane/until.ts';
import { environment, node, settings } from '../core/resources/nodes.ts';
import { recordingProxy } from '../kubelet/images.ts';
import { objections } from '../plugin/schemas.ts';
import { invoke } from '../plugin/terminal.ts';
import { type Place, tls } from './place.ts';
import { endPod, makePod, submitter } from './pods.ts';
import { rotate, servedLeaf } from './rotation.ts';
import { projectionDelay, withPods } from './with-pods.ts';

const { test, bed } = withPods();

let place: Place;
let first: KeyPair;
let renewed: KeyPair;

/** What `tls verify n0 -o json` of a place says, and its exit code. */
async function verified(t: ExecutionContext, flags = '') {
  const { code, out, err } = await invoke(
    `tls verify n0 -n ${place.namespace} --kubeconfig ${bed().controlPlane.kubeconfig} -o json ${flags}`,
  );
  t.is(err, '');
  t.notRegex(out, /PRIVATE KEY|eyJ/);
  const document = JSON.parse(out);
  t.deepEqual(objections(document), []);
  return { code, ...document };
}

function digestOf({ certificate }: KeyPair): string {
  return sha256Hex(new X509Certificate(certificate).raw);
}

test('a node whose proxy serves its Secret is Verified', async t => {
  place = await bed().inNamespace('verified');
  first = await place.pair();
  await place.node(tls);
  await makePod(bed(), place, undefined, first);
  const sha256 = digestOf(first);
  t.like(await verified(t), {
    code: 0,
    ready: true,
    outcome: 'Verified',
    expectedSHA256: sha256,
    served: { sha256 },
  });
});

test('a person reads what was found, and a script the name', async t => {
  const command = `tls verify n0 -n verified --kubeconfig ${bed().controlPlane.kubeconfig}`;
  const { out } = await invoke(command);
  t.regex(
    out,
    /^verified\/n0\n {2}Outcome {2}Verified\n {2}Because {2}verified\/n0-0 serves the certificate of Secret/,
  );
  t.regex(out, new RegExp(`Served +SHA-256 ${digestOf(first)}\n`));
  t.is((await invoke(`${command} -o name`)).out, 'seinode.sei.io/n0\n');
});

test('a ServiceAccount that may ask for tasks is answered 200, another 403', async t => {
  await bed().tokenOf('verified', 'submitter', submitter);
  await bed().tokenOf('verified', 'stranger');
  const allowed = await verified(t, '--service-account verified/submitter');
  const message = 'ServiceAccount verified/submitter may ask for the tasks of verified/n0';
  t.like(allowed, {
    code: 0,
    tasks: { serviceAccount: 'verified/submitter', status: 200, allowed: true, message },
  });
  const refused = await verified(t, '--service-account verified/stranger');
  t.like(refused, { code: 1, ready: true, outcome: 'Verified', tasks: { status: 403, allowed: false } });
  t.regex(
    refused.tasks.message,
    /ServiceAccount verified\/stranger needs get on seinodetasks\.sei\.io verified\/n0/,
  );
});

test('a ServiceAccount that is not there, and a caller who may not make its token, are faults', async t => {
  const { kubeconfig } = bed().controlPlane;
  const command = `tls verify n0 -n verified --kubeconfig ${kubeconfig}`;
  const missing = await invoke(`${command} --service-account verified/nobody`);
  t.is(missing.code, 3);
  t.is(missing.out, '');
  t.regex(
    missing.err,
    /^error: cannot create serviceaccounts\/token "nobody" in the namespace verified: not found\n$/,
  );
  await allow('verifier', [
    [['sei.io'], 'seinodes', ['get']],
    [[''], 'secrets', ['get']],
    [[''], 'pods/portforward', ['get', 'create']],
  ]);
  const may = await bed().controlPlane.userKubeconfig('verifier');
  const asVerifier = `tls verify n0 -n verified --kubeconfig ${may}`;
  await until(async () => (await invoke(asVerifier)).code === 0);
  const refused = await invoke(`${asVerifier} --service-account verified/submitter`);
  t.is(refused.code, 3);
  t.regex(refused.err, /verb create on serviceaccounts\/token is needed/);
});

test('who may not forward ports is told which right is missing', async t => {
  await allow('reader', [
    [['sei.io'], 'seinodes', ['get']],
    [[''], 'secrets', ['get']],
  ]);
  const kubeconfig = await bed().controlPlane.userKubeconfig('reader');
  const asked = () => invoke(`tls verify n0 -n verified --kubeconfig ${kubeconfig}`);
  await until(async () => /portforward/.test((await asked()).err));
  const { code, out, err } = await asked();
  t.is(code, 3);
  t.is(out, '');
  t.regex(err, /a Role in verified with the verbs get and create on pods\/portforward is needed\n$/);
});

test('after a rotation the former leaf is RotationPending, and Verified once the new one is served', async t => {
  renewed = await place.pair();
  await rotate(place, renewed, bed().authority);
  const pending = await verified(t, '--service-account verified/submitter');
  t.like(pending, {
    ...{ code: 1, ready: false, outcome: 'RotationPending' },
    expectedSHA256: digestOf(renewed),
    served: { sha256: digestOf(first) },
  });
  t.is(pending.tasks, undefined);
  await until(async () => (await servedLeaf(place)) === digestOf(renewed), projectionDelay + 40_000);
  t.like(await verified(t), { code: 0, outcome: 'Verified', served: { sha256: digestOf(renewed) } });
});

test('a certificate that the Secret’s ca.crt does not vouch for is Untrusted, and gets no token', async t => {
  const stranger = await createAuthority('stranger');
  await rotate(place, renewed, stranger);
  const own = await verified(t, '--service-account verified/submitter');
  t.like(own, { code: 1, ready: false, outcome: 'Untrusted', served: { sha256: digestOf(renewed) } });
  t.regex(own.message, /own ca\.crt does not vouch/);
  t.is(own.tasks, undefined);
  await rotate(place, await stranger.issue({ commonName: 'n0' }, place.namesOf('n0')), stranger);
  t.regex((await verified(t)).message, /for which Secret verified\/n0-tls does not vouch \(/);
});

test('without ca.crt the leaf itself is what is trusted', async t => {
  await place.patch(secrets, 'n0-tls', {
    data: { 'ca.crt': null },
    stringData: { 'tls.crt': renewed.certificate, 'tls.key': renewed.key },
  });
  t.like(await verified(t), { code: 0, outcome: 'Verified' });
  const other = await place.pair();
  await place.patch(secrets, 'n0-tls', {
    stringData: { 'tls.crt': other.certificate, 'tls.key': other.key },
  });
  t.like(await verified(t), { code: 1, outcome: 'Untrusted' });
});

test('a Secret that is gone leaves nothing to verify by', async t => {
  await place.remove(secrets, 'n0-tls');
  const found = await verified(t);
  t.like(found, { code: 1, ready: false, outcome: 'SecretNotReady', served: undefined });
  t.regex(found.message, /verified\/n0-tls/);
});

test('TLS off, and a proxy that still listens, is a finding', async t => {
  await place.remove(seiNodes, 'n0');
  await place.awaits('node is gone', () => place.found(seiNodes, 'n0') === undefined);
  await place.node();
  t.like(await verified(t), {
    code: 1,
    tls: false,
    ready: false,
    outcome: 'Listening',
    served: { sha256: digestOf(renewed) },
  });
  const usage = await invoke(
    `tls verify n0 -n verified --kubeconfig ${bed().controlPlane.kubeconfig} --service-account verified/submitter`,
  );
  t.is(usage.code, 2);
  t.regex(usage.err, /TLS of SeiNode verified\/n0 is off/);
});

test('a pod that is not there is a fault', async t => {
  await endPod(bed(), place);
  const { code, out, err } = await invoke(
    `tls verify n0 -n verified --kubeconfig ${bed().controlPlane.kubeconfig}`,
  );
  t.is(code, 3);
  t.is(out, '');
  t.is(err, 'error: cannot create pods/portforward "n0-0" in the namespace verified: not found\n');
});

test('a node that is not there is a fault', async t => {
  const { code, err } = await invoke(
    `tls verify n9 -n verified --kubeconfig ${bed().controlPlane.kubeconfig}`,
  );
  t.is(code, 3);
  t.is(err, 'error: SeiNode "n9" not found in namespace verified\n');
});

test('TLS off, and nothing that listens, is as it should be; under TLS it is not', async t => {
  place = await bed().inNamespace('plain');
  await place.node({}, 'n0');
  const { metadata, ...made } = node({ image: 'sei:v6.3.0' });
  const template = podTemplate({ ...made, metadata: { ...metadata, namespace: 'plain' } }, settings);
  await place.create(pods, { ...template, metadata: { ...template.metadata, name: 'n0-0' } });
  await place.awaits('runs', () => bed().kubelet.pod('plain/n0-0')?.initialized);
  t.like(await verified(t), { code: 0, tls: false, ready: true, outcome: 'NotListening' });
  await place.remove(seiNodes, 'n0');
  await place.awaits('node is gone', () => place.found(seiNodes, 'n0') === undefined);
  await place.node(tls);
  await place.provide(await place.pair());
  t.like(await verified(t), { code: 1, tls: true, ready: false, outcome: 'NotListening' });
  await endPod(bed(), place);
});

test('a served certificate that lacks a name is SANsMismatch', async t => {
  place = await bed().inNamespace('nameless');
  await place.node(tls);
  const [service = '', pod] = place.namesOf('n0');
  await makePod(bed(), place, undefined, await place.pair([service]));
  t.like(await verified(t), { code: 1, ready: false, outcome: 'SANsMismatch', missing: [pod] });
  await endPod(bed(), place);
});

test('a stranger in the place of the proxy sees no request and no token', async t => {
  bed().images.set(environment.SEI_KUBE_RBAC_PROXY_IMAGE, recordingProxy);
  place = await bed().inNamespace('strange');
  await place.node(tls);
  await makePod(bed(), place, undefined, await place.pair());
  await bed().tokenOf('strange', 'submitter', submitter);
  await rotate(place, await place.pair(), await createAuthority('stranger'));
  t.like(await verified(t, '--service-account strange/submitter'), { code: 1, outcome: 'Untrusted' });
  const log = bed().kubelet.pod('strange/n0-0')!.log('kube-rbac-proxy');
  t.notRegex(existsSync(log) ? readFileSync(log, 'utf8') : '', /sent|Bearer/);
});

type Rights = readonly [groups: string[], resource: string, verbs: string[]];

/** Gives a user rights in the namespace `verified`. */
async function allow(name: string, rights: readonly Rights[]): Promise<void> {
  const { call } = bed().controlPlane;
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/verified';
  const rules = rights.map(([apiGroups, resource, verbs]) => ({ apiGroups, resources: [resource], verbs }));
  await call('POST', `${path}/roles`, { metadata: { name }, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
  await call('POST', `${path}/rolebindings`, { metadata: { name }, roleRef, subjects });
}
