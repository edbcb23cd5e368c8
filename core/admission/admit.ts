import { isFields } from '../schema/structural.ts';
import type { AdmissionRequest, AdmissionResponse, World } from './admission.ts';
import { answerOf, passed } from './answer.ts';
import { type AdmissionJudge, type Judged, nothing } from './findings.ts';
import { judgeNamespace } from './namespace-request.ts';
import { judgePod } from './pod-request.ts';
import { judgePolicy } from './policy-request.ts';
import { judgeSecret } from './secret-request.ts';
import { judgeSeiNode } from './seinode-request.ts';
import { Surroundings } from './surroundings.ts';

/** Answers a request. @param now the moment to judge at, RFC 3339 in UTC. */
export type Admit = (request: AdmissionRequest, world: World, now: string) => AdmissionResponse;

/**
 * What admission answers to requests: refused is only what they make worse. Best effort: two at once may each look
 * harmless, since neither sees the other; what is wrong then the audit says.
 */
export function createAdmission(judge: AdmissionJudge): Admit {
  // The same world is asked about many times.
  let around: Surroundings | undefined;
  return (request, world, now) => {
    const why = reasonToPass(request, world);
    if (why !== undefined) return passed(request, why);
    if (around?.world !== world) around = new Surroundings(world);
    return answerOf(request, judgeRequest(request, around, judge, now), world.settings);
  };
}

/** Who ends what others have decided to end. */
const cleaners = new Set([
  'system:serviceaccount:kube-system:generic-garbage-collector',
  'system:serviceaccount:kube-system:namespace-controller',
]);

function reasonToPass(
  { userInfo, kind, namespace, ...request }: AdmissionRequest,
  world: World,
): string | undefined {
  const { username = '' } = userInfo;
  if (cleaners.has(username)) return `made by ${username}`;
  const name = kind.kind === 'Namespace' ? request.name : namespace;
  if (name === undefined) return undefined;
  if (world.settings.exemptNamespaces.includes(name)) return `namespace ${name} is exempt`;
  const isEnding = kind.kind === 'Namespace' && [request.object, request.oldObject].some(isDeleted);
  return isEnding || world.terminating?.has(name) ? `namespace ${name} is being deleted` : undefined;
}

function isDeleted(value: unknown): boolean {
  const metadata = isFields(value) ? value.metadata : undefined;
  return isFields(metadata) && typeof metadata.deletionTimestamp === 'string';
}

type Judge = (request: AdmissionRequest, around: Surroundings, judge: AdmissionJudge, now: string) => Judged;

/** By group and kind, what is judged, and of which operations. */
const judges: Readonly<Record<string, { readonly operations: readonly string[]; readonly judge: Judge }>> = {
  'sei.io/SeiNode': { operations: ['CREATE', 'UPDATE'], judge: judgeSeiNode },
  '/Secret': { operations: ['UPDATE', 'DELETE'], judge: judgeSecret },
  'networking.k8s.io/NetworkPolicy': { operations: ['CREATE', 'UPDATE', 'DELETE'], judge: judgePolicy },
  '/Namespace': { operations: ['UPDATE'], judge: judgeNamespace },
  '/Pod': { operations: ['CREATE', 'UPDATE'], judge: judgePod },
};

function judgeRequest(
  request: AdmissionRequest,
  around: Surroundings,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const { group, kind } = request.kind;
  const known = Object.hasOwn(judges, `${group}/${kind}`) ? judges[`${group}/${kind}`] : undefined;
  return known?.operations.includes(request.operation) ? known.judge(request, around, judge, now) : nothing;
}
