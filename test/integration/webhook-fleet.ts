import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type ExecutionContext } from 'ava';
import { defaultParameters, type PolicyParameters } from '../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../core/network/template.ts';
import { requiredDNSNames, type SeiNode } from '../../core/seinode.ts';
import { type Authority, createAuthority, generateKey, type Key } from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Programs } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { temporaryDirectory } from '../directory.ts';
import { counted, installWebhook, type Replica, replica } from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

/** The controller is in a namespace that the webhook is asked about, other than its own. */
export const parameters: PolicyParameters = {
  ...defaultParameters,
  controller: {
    ...defaultParameters.controller,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'controllers' } },
  },
};
export const controllerLabels = parameters.controller.podSelector?.matchLabels ?? {};

/** The policy of contract §6 for a namespace. */
export function template(namespace: string, whom = parameters) {
  return networkPolicyTemplate(whom, namespace).policy;
}

/** A `test` on a cluster whose webhook answers, with the manifests as they are shipped. @param furnish what there is before anybody is asked. */
export function withWebhook(furnish: (controlPlane: ControlPlane) => Promise<void>) {
  const replicas: Replica[] = [];
  const logs = temporaryDirectory('audit-log');
  let close = () => {};
  const { test, controlPlane, kubectl } = withControlPlane(
    anyTest.serial,
    async controlPlane => {
      const installed = await installWebhook(controlPlane, () => replicas);
      close = installed.close;
      await withoutCEL(controlPlane);
      await apply(
        controlPlane,
        ['monitoring', 'controllers'].map(name => namespace(name)),
      );
      await furnish(controlPlane);
      replicas.push(await replica(controlPlane, 'one'));
      await installed.apply();
      await replicas[0]!.start();
      await asked(controlPlane);
    },
    programs => audited(programs, logs),
  );
  anyTest.after.always(() => close());
  return {
    ...{ test, controlPlane, kubectl },
    one: () => replicas[0]!,
    denied: (rule: string) => counted(replicas, `seinode_admission_denied_total{rule="${rule}"}`),
    /** The annotations that the webhook `NAME.seinode.sei.io` gave to the API server's audit log, last first. */
    auditLog: (name: string) => annotationsIn(join(logs, 'audit.log'), `${name}.seinode.sei.io/`),
  };
}

/** Creates or changes objects as somebody who applies files. @throws where the API server refuses one. */
export async function apply(
  { kubectl }: Pick<ControlPlane, 'kubectl'>,
  items: readonly object[],
): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { code, stderr } = await kubectl(['apply', '--server-side', '-f', '-'], { input });
  if (code !== 0) throw new Error(stderr);
}

/** What kubectl prints of a refusal by a rule: by which webhook, of which node, what mends it, and the rule's page. */
export function assertRefused(
  t: ExecutionContext,
  stderr: string,
  webhook: string,
  rule: string,
  node: string,
): void {
  const said = `admission webhook "${webhook}\\.seinode\\.sei\\.io" denied the request: (.*\\n)*?${rule}: SeiNode ${node}`;
  t.regex(
    stderr,
    new RegExp(`${said}( and \\d+ more)?: .+\\. [A-Z].+ https://github\\.com/.*/docs/rules/${rule}\\.md`),
  );
}

export function namespace(name: string, labels: object = {}) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function node(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name, namespace: 'a', ...metadata },
    spec: { chainId: 'arctic-1', image: 'sei:v1', fullNode: {}, ...spec },
  };
}

export function validator(name: string, signingKey: string, nodeKey: string) {
  const key = (secretName: string) => ({ secret: { secretName } });
  return node(name, {
    fullNode: undefined,
    validator: { signingKey: key(signingKey), nodeKey: key(nodeKey) },
  });
}

export function policy(name: string, spec: object, namespace = 'a') {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

export function pod(name: string, namespace: string, labels: object) {
  const spec = { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec };
}

export function opaque(name: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'a' }, data: { a: 'YQ==' } };
}

/** A merge patch, as arguments of kubectl. */
export function merge(what: string, patch: object): string[] {
  return ['patch', '-n', 'a', what, '--type=merge', '-p', JSON.stringify(patch)];
}

/** Certificates for nodes of namespace a, of one CA and one key. */
export type Issuer = { readonly authority: Authority; readonly key: Key };

export async function createIssuer(): Promise<Issuer> {
  return { authority: await createAuthority('fleet'), key: await generateKey() };
}

/** The data of a node's Secret. @param names where it is not for those that the node needs. */
export async function certificateFor(
  { authority, key }: Issuer,
  name: string,
  validity = {},
  names: readonly string[] = requiredDNSNames(name, 'a'),
): Promise<Record<string, string>> {
  const pair = await authority.issue({ commonName: name }, names, [], key, validity);
  const entries = Object.entries({ 'tls.crt': pair.certificate, 'tls.key': pair.key });
  return Object.fromEntries(entries.map(([each, text]) => [each, Buffer.from(text).toString('base64')]));
}

export function tlsSecret(name: string, data: object) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'a' },
    type: 'kubernetes.io/tls',
    data,
  };
}

/** The CRD of before it had CEL rules: what they refuse the webhook alone refuses now. */
async function withoutCEL({ call }: ControlPlane): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/seinodes.sei.io';
  const crd = JSON.stringify((await call('GET', path)).body, (key, value) =>
    key === 'x-kubernetes-validations' ? undefined : value,
  );
  const { status, body } = await call('PUT', path, JSON.parse(crd));
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** Waits until the API server asks, and is answered. */
async function asked({ call }: ControlPlane): Promise<void> {
  const path = '/apis/sei.io/v1alpha1/namespaces/default/seinodes?dryRun=All';
  const none = { ...node('none', { fullNode: undefined }), metadata: { name: 'none' } } as unknown as SeiNode;
  const isAnswered = async () => (await call('POST', path, none)).status === 403;
  if (!(await until(isAnswered))) throw new Error(JSON.stringify((await call('POST', path, none)).body));
}

/** kube-apiserver with its audit log. */
function audited(programs: Programs, directory: string): Programs {
  const [policy, log, script] = ['policy.yaml', 'audit.log', 'kube-apiserver'].map(file =>
    join(directory, file),
  );
  const rules = [
    { level: 'None', userGroups: ['system:authenticated'], verbs: ['get', 'list', 'watch'] },
    { level: 'Metadata', omitStages: ['RequestReceived'] },
  ];
  writeFileSync(policy!, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
  const flags = `--audit-policy-file='${policy}' --audit-log-path='${log}'`;
  writeFileSync(script!, `#!/bin/sh\nexec '${programs['kube-apiserver']}' "$@" ${flags}\n`);
  chmodSync(script!, 0o755);
  return { ...programs, 'kube-apiserver': script! };
}

function annotationsIn(log: string, prefix: string): Readonly<Record<string, string>>[] {
  const events = readFileSync(log, 'utf8')
    .split('\n')
    .filter(line => line.endsWith('}'));
  return events.toReversed().flatMap(line => {
    const { annotations = {} } = JSON.parse(line) as { annotations?: Record<string, string> };
    const ours = Object.entries(annotations).filter(([key]) => key.startsWith(prefix));
    return ours.length > 0
      ? [Object.fromEntries(ours.map(([key, value]) => [key.slice(prefix.length), value]))]
      : [];
  });
}
