import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';

/** Where they are. */
export const directory = join(import.meta.dirname, '../../../policies/vap');
const api = '/apis/admissionregistration.k8s.io/v1';

// biome-ignore lint/suspicious/noExplicitAny: objects of the API
type Loose = any;

/** The manifests that are shipped: policies and bindings in turn. */
const shipped: readonly Loose[] = globSync('*.yaml', { cwd: directory })
  .toSorted()
  .flatMap(file => loadAll(readFileSync(join(directory, file), 'utf8')) as Loose[]);

export const policies = shipped.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
const bindings = shipped.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');

/** The label of the namespaces that `bindHere` means. */
export const judgedHere = { judged: 'here' };

/** Applies the policies, and bindings that deny in the namespaces labelled `judgedHere` and nowhere else. */
export async function bindHere({ call }: ControlPlane): Promise<void> {
  const matchResources = { namespaceSelector: { matchLabels: judgedHere } };
  for (const policy of policies) await made(call('POST', `${api}/validatingadmissionpolicies`, policy));
  for (const { spec, ...binding } of bindings) {
    const here = { ...binding, spec: { ...spec, matchResources, validationActions: ['Deny'] } };
    await made(call('POST', `${api}/validatingadmissionpolicybindings`, here));
  }
}

/**
 * What the API server's type checker says of each policy, by its name. It looks at validations alone, so that it is given
 * each variable and condition as one.
 */
export async function typeChecking({ call }: ControlPlane): Promise<Record<string, unknown>> {
  const said: Record<string, unknown> = {};
  for (const { metadata, spec, ...policy } of policies) {
    const name = `checked-${metadata.name}`;
    const expressions: readonly { expression: string }[] = [...spec.matchConditions, ...spec.variables];
    const validations = [
      ...spec.validations,
      ...expressions.map(({ expression }) => ({ expression: `size([${expression}]) == 1` })),
    ];
    const path = `${api}/validatingadmissionpolicies`;
    await made(call('POST', path, { ...policy, metadata: { name }, spec: { ...spec, validations } }));
    const status = async () => ((await call('GET', `${path}/${name}`)).body as Loose).status;
    const looked = await until(async () => (await status())?.typeChecking !== undefined);
    said[metadata.name] = looked ? ((await status()).typeChecking.expressionWarnings ?? []) : 'never';
  }
  return said;
}

/** Makes a namespace where pods of nodes may be made. */
export async function namespace({ call }: ControlPlane, name: string, labels: object = {}): Promise<void> {
  await made(
    call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }),
  );
  for (const account of ['default', 'seid-node']) {
    const path = `/api/v1/namespaces/${name}/serviceaccounts`;
    await call('POST', path, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } });
  }
}

/** What became of a request that admission may refuse. */
export type Outcome = {
  readonly status: number;
  readonly body: Loose;
  /** The rule of the policy that refused it, and what it said. */
  readonly refused?: { readonly rule: string; readonly said: string };
};

/** Asks the API server. */
export async function ask(
  { call }: ControlPlane,
  ...asked: Parameters<ControlPlane['call']>
): Promise<Outcome> {
  const { status, body } = (await call(...asked)) as { status: number; body: Loose };
  const told = /ValidatingAdmissionPolicy '.*' denied request: ([a-z-]+): (.*)$/s.exec(body?.message ?? '');
  return { status, body, ...(told && { refused: { rule: told[1] as string, said: told[2] as string } }) };
}

/** The reasons in what a policy said, sorted. */
export function reasonsIn(said: string): string[] {
  return [...said.matchAll(/(?:^|; )([A-Z]\w+): /g)].map(([, reason]) => reason as string).toSorted();
}

async function made(answer: ReturnType<ControlPlane['call']>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`refused: ${JSON.stringify(body)}`);
}
