import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';

/** A rule of RBAC. */
type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

export const rbac = '/apis/rbac.authorization.k8s.io/v1';
export const role = 'sei-k8s-controller-manager';
const user = `system:serviceaccount:sei-k8s-controller-system:${role}`;
const groups: Readonly<Record<string, string>> = {
  seinodes: 'sei.io',
  statefulsets: 'apps',
  customresourcedefinitions: 'apiextensions.k8s.io',
};

/** Takes rights away from the operator. @returns what gives them back. */
export async function takeAway(
  controlPlane: ControlPlane,
  resource: string,
  verbs: readonly string[],
): Promise<() => Promise<void>> {
  const { call } = controlPlane;
  const path = `${rbac}/clusterroles/${role}`;
  const { rules } = (await call('GET', path)).body as { rules: readonly Rule[] };
  await call('PATCH', path, { rules: rules.flatMap(rule => without(rule, resource, verbs)) });
  await until(async () => !(await may(controlPlane, resource, verbs[0]!)));
  return async () => {
    await call('PATCH', path, { rules });
  };
}

/** What the API server says by now of the operator: it hears of roles a moment later. */
export async function may({ call }: ControlPlane, resource: string, verb: string): Promise<boolean> {
  const [plural = '', subresource] = resource.split('/');
  const name = plural === 'customresourcedefinitions' ? 'seinodes.sei.io' : undefined;
  const { body } = await call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    spec: {
      user,
      resourceAttributes: { group: groups[plural] ?? '', resource: plural, verb, subresource, name },
    },
  });
  return (body as { status: { allowed: boolean } }).status.allowed;
}

function without(rule: Rule, resource: string, verbs: readonly string[]): Rule[] {
  if (!rule.resources.includes(resource)) return [rule];
  const others = { ...rule, resources: rule.resources.filter(each => each !== resource) };
  const rest = { ...rule, resources: [resource], verbs: rule.verbs.filter(verb => !verbs.includes(verb)) };
  return [others, rest].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
}
