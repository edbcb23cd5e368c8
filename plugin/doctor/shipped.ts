import { loadAll } from 'js-yaml';
import type { ShippedPolicies } from '../../core/doctor/facts.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { readPolicies } from '../policies.ts';

/** What this plugin would export for other engines. */
export function shippedPolicies(): ShippedPolicies {
  const objects = [...readPolicies()]
    .filter(([path]) =>
      /^gatekeeper\/(secrets\/)?(templates|constraints)\/|^gatekeeper\/sync|^vap\//.test(path),
    )
    .flatMap(([, text]) => loadAll(text) as KubernetesObject[]);
  const of = (apiVersion: RegExp, kind?: string) =>
    objects.filter(found => apiVersion.test(found.apiVersion) && (kind ?? found.kind) === found.kind);
  return {
    gatekeeper: {
      templates: of(/^templates\.gatekeeper\.sh\//),
      constraints: of(/^constraints\.gatekeeper\.sh\//),
      syncSets: of(/^syncset\.gatekeeper\.sh\//),
    },
    admissionBindings: of(/^admissionregistration/, 'ValidatingAdmissionPolicyBinding'),
  };
}
