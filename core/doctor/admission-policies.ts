import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from './objects.ts';
import { fail, ofFindings, skipped, type Verdict, warn } from './verdict.ts';

const apply = 'kubectl seinode policy export --format vap | kubectl apply -f -';

/**
 * Whether each ValidatingAdmissionPolicy of this project refuses: bound, and well-typed.
 *
 * @param shipped the bindings of this release: some only warn.
 */
export function admissionPolicies(
  policies: readonly ValidatingAdmissionPolicy[],
  bindings: readonly ValidatingAdmissionPolicyBinding[],
  shipped: readonly ValidatingAdmissionPolicyBinding[],
): Verdict {
  const ours = policies.filter(isOurs);
  if (ours.length === 0) return skipped('none of this project is installed');
  const unbound = ours.flatMap(({ metadata: { name } }) => {
    const bound = bindings.filter(({ spec }) => spec?.policyName === name);
    if (bound.length === 0) return [`ValidatingAdmissionPolicy ${name} has no binding: it judges nothing`];
    const isMeantToDeny = !shipped.some(binding => binding.spec?.policyName === name && !denies(binding));
    return !isMeantToDeny || bound.some(denies)
      ? []
      : [`no binding of ValidatingAdmissionPolicy ${name} has the action Deny: it refuses nothing`];
  });
  if (unbound.length > 0) return ofFindings(unbound, '', fail, apply);
  const mistyped = ours.flatMap(({ metadata, status }) =>
    (status?.typeChecking?.expressionWarnings ?? []).map(
      ({ fieldRef, warning }) => `ValidatingAdmissionPolicy ${metadata.name}, ${fieldRef}: ${warning}`,
    ),
  );
  return ofFindings(mistyped, `${ours.length} are bound`, warn, apply);
}

/** By what the policies of this project are known (policies/vap). */
function isOurs({ metadata: { name, labels } }: ValidatingAdmissionPolicy): boolean {
  return labels?.['app.kubernetes.io/name'] === 'kubectl-seinode' || name.endsWith('.seinode.sei.io');
}

function denies({ spec }: ValidatingAdmissionPolicyBinding): boolean {
  return spec?.validationActions?.includes('Deny') === true;
}
