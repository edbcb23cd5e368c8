import type { CustomResourceDefinition } from '../objects.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

const fix = 'kubectl apply --server-side -f operator/manifests/crd';
const version = 'v1alpha1';

/** Whether SeiNodes can be written and have their status on its own. */
export function crdInstalled(crd: CustomResourceDefinition | undefined): Verdict {
  if (crd === undefined) return fail('the CRD seinodes.sei.io is not installed', fix);
  const found = crd.spec?.versions?.find(({ name }) => name === version);
  if (found?.served !== true) return fail(`seinodes.sei.io is not served as ${version}`, fix);
  const isEstablished = crd.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  if (isEstablished !== true) {
    return fail('seinodes.sei.io is not Established: the API server refuses its names', fix);
  }
  return found.subresources?.status === undefined
    ? fail('seinodes.sei.io has no status subresource: whoever may edit a node may write its status', fix)
    : pass(`seinodes.sei.io is served as ${version}`);
}
