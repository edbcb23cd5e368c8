import type { AdmissionRequest, AdmissionResponse, World } from '../../../core/admission/admission.ts';
import { createAdmission } from '../../../core/admission/admit.ts';
import type { AdmissionJudge } from '../../../core/admission/findings.ts';
import { defaultSettings } from '../../../core/admission/settings.ts';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { type Case, now, type Request } from '../case.ts';
import { around } from '../cluster.ts';
import { requestOf } from './gatekeeper.ts';

/** What the webhook answers, with any judge. @throws where it could not judge. */
export function admitWith(judge: AdmissionJudge, one: Case): AdmissionResponse {
  const request = requestOf(one.request as Request) as AdmissionRequest;
  const response = createAdmission(judge)(request, worldOf(one), now);
  const { unjudged } = response.auditAnnotations ?? {};
  if (unjudged !== undefined) throw new Error(`${one.name}: ${unjudged}`);
  return response;
}

/** As the operator's caches have it: of pods those of nodes alone. */
function worldOf({ objects, parameters = defaultParameters }: Case): World {
  const { nodes, network, secret } = around(objects);
  const names = new Set(nodes.map(({ metadata }) => `${metadata.namespace}/${metadata.name}-0`));
  return {
    ...{ nodes, parameters, settings: defaultSettings },
    secret: (namespace, name) => {
      const found = secret(namespace, name);
      return found.found === 'yes' ? found.secret : undefined;
    },
    network: {
      ...network,
      pods: network.pods.filter(({ metadata }) => names.has(`${metadata.namespace}/${metadata.name}`)),
    },
  };
}

/** The rules for which a request is refused, or would be told of; sorted. */
export function rulesOf(response: AdmissionResponse, what: 'denied' | 'warned'): string[] {
  const said = response.auditAnnotations?.[what]?.split('; ') ?? [];
  return [...new Set(said.map(each => each.split(' ')[0] as string))].toSorted();
}
