import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';

/** A rule of a Role (rbac.authorization.k8s.io/v1). */
export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

/** What a person may do; who is given nothing may do everything. */
export type Rights = {
  /** In the namespace. */
  readonly rules?: readonly Rule[];
  /** Of what has no namespace, or in all of them. */
  readonly clusterRules?: readonly Rule[];
};

const all: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

/**
 * Makes a person: a ServiceAccount of the namespace, so that a token can go through a proxy.
 *
 * @returns a kubeconfig, once the API server knows what the person may do.
 */
export async function makeUser(
  controlPlane: ControlPlane,
  namespace: string,
  name: string,
  { rules, clusterRules }: Rights = { clusterRules: [all] },
): Promise<string> {
  const { call } = controlPlane;
  await call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  const subjects = [{ kind: 'ServiceAccount', namespace, name }];
  const give = async (path: string, kind: 'Role' | 'ClusterRole', rules: readonly Rule[]) => {
    const metadata = { name: kind === 'Role' ? name : `${namespace}-${name}` };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name };
    const base = `/apis/rbac.authorization.k8s.io/v1${path}/${kind.toLowerCase()}`;
    await call('POST', `${base}s`, { metadata, rules });
    await call('POST', `${base}bindings`, { metadata, roleRef, subjects });
    const user = `system:serviceaccount:${namespace}:${name}`;
    const where = kind === 'Role' ? { namespace } : {};
    if (!(await until(() => may(call, user, where, rules[0])))) throw new Error(`${user} is never known`);
  };
  if (rules !== undefined) await give(`/namespaces/${namespace}`, 'Role', rules);
  if (clusterRules !== undefined) await give('', 'ClusterRole', clusterRules);
  return controlPlane.serviceAccountKubeconfig(namespace, name);
}

/** RBAC is read from a cache: what was given counts a moment later. */
async function may(
  call: ControlPlane['call'],
  user: string,
  where: { readonly namespace?: string },
  rule?: Rule,
): Promise<boolean> {
  if (rule === undefined) return true;
  const [[group], [resource], [verb]] = [rule.apiGroups, rule.resources, rule.verbs];
  const resourceAttributes = { group, resource, verb, ...where };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { body } = await call('POST', path, { spec: { user, resourceAttributes } });
  return (body as { status: { allowed: boolean } }).status.allowed;
}
