import { ofPods, ofStatefulSets } from './listener-split.ts';
import { manifests } from './policy.ts';
import { labelContract, nodeMode, tlsImmutable } from './seinode.ts';

/** What CEL can say of the rules: ValidatingAdmissionPolicies with their bindings, by path from the root. */
export function admissionPolicies(): ReadonlyMap<string, Buffer> {
  const policies = [tlsImmutable, nodeMode, labelContract, ofStatefulSets, ofPods];
  return new Map(
    policies.map(policy => [`policies/vap/${policy.name}.yaml`, Buffer.from(manifests(policy))]),
  );
}
