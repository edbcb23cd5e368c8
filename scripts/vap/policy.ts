import { dump } from 'js-yaml';
import { pageOf } from '../../core/policy.ts';

/** What is said in CEL of one kind of object: a ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1), in part. */
export type CELPolicy = {
  /** The id of the rule. */
  readonly rule: string;
  /** Of the policy: the rule, and the kind where the rule judges several. */
  readonly name: string;
  /** Why it is as it is, as the comment above the manifest. */
  readonly about: readonly string[];
  readonly resources: {
    readonly apiGroup: string;
    readonly apiVersion: string;
    readonly resource: string;
    readonly operations: readonly ('CREATE' | 'UPDATE')[];
  };
  /** The label that an object must carry, before CEL is asked at all. */
  readonly label?: string;
  readonly matchConditions: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables in the order of their use: lists of sentences, empty where all is well. */
  readonly findings: string;
  readonly actions: readonly ('Deny' | 'Warn' | 'Audit')[];
};

const labels = { 'app.kubernetes.io/name': 'kubectl-seinode' };

/**
 * A policy and its binding as YAML. The binding has neither a selector nor parameters: every namespace is meant.
 * What is found is one validation, because the API server tells of the first that fails alone.
 */
export function manifests(policy: CELPolicy): string {
  const name = `${policy.name}.seinode.sei.io`;
  const comment = policy.about.map(line => `# ${line}\n`).join('');
  const documents = [definition(policy, name), binding(policy, name)];
  return comment + documents.map(document => dump(document, { lineWidth: -1, noRefs: true })).join('---\n');
}

function definition({ rule, resources, label, ...policy }: CELPolicy, name: string): object {
  const { apiGroup, apiVersion, resource, operations } = resources;
  const found = `variables.${policy.findings}`;
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name, labels },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [apiGroup], apiVersions: [apiVersion], operations, resources: [resource] },
        ],
        ...(label && { objectSelector: { matchExpressions: [{ key: label, operator: 'Exists' }] } }),
      },
      matchConditions: named('expression', policy.matchConditions),
      variables: named('expression', policy.variables),
      validations: [
        {
          expression: block(`size(${found}) == 0`),
          message: `${rule}: see ${pageOf(rule)}`,
          messageExpression: block(`'${rule}: ' + ${found}.join('; ') + '. See ${pageOf(rule)}'`),
          reason: 'Forbidden',
        },
      ],
      auditAnnotations: [
        {
          key: 'rule',
          valueExpression: block(`size(${found}) == 0 ? '' : '${rule}: ' + ${found}.join('; ')`),
        },
      ],
    },
  };
}

function binding({ actions }: CELPolicy, name: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name, labels },
    spec: { policyName: name, validationActions: actions },
  };
}

function named(field: string, expressions: Readonly<Record<string, string>>): object[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, [field]: block(expression) }));
}

/** A line end at the end makes YAML write the lines as they are. */
function block(expression: string): string {
  return `${expression.trim()}\n`;
}
