import { objectKey, type Secret } from '../kubernetes.ts';
import { isFields } from '../schema/structural.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { AdmissionRequest } from './admission.ts';
import { type AdmissionJudge, type Judged, joined, nothing, ofNode } from './findings.ts';
import type { Surroundings } from './surroundings.ts';

/** As many bytes of Secrets are read for one request; a bundle of a usual size is some 5 kB, and each node reads it anew. */
const mostBytes = 4_000_000;

/**
 * Judges a Secret that is changed or deleted, for each live node that names it: a certificate that was served and no longer
 * can be, a key that would be gone. Nothing of its data is in the answer.
 */
export function judgeSecret(
  request: AdmissionRequest,
  around: Surroundings,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const before = secretOf(request.oldObject);
  if (before === undefined) return nothing;
  const { namespace, name } = before.metadata;
  const after = request.operation === 'DELETE' ? undefined : secretOf(request.object);
  const users = around.usersOf(namespace, name);
  const asked = users.slice(0, Math.max(1, Math.floor(mostBytes / (sizeOf(before) + sizeOf(after)))));
  const judged = asked.map(node => judgeUser(node, before, after, judge, now));
  const rest = users.length - asked.length;
  const left = `${rest} more nodes name the Secret, and it is too large to be judged for each of them`;
  return joined([...judged, ...(rest > 0 ? [{ ...nothing, unjudged: [left] }] : [])]);
}

function secretOf(value: unknown): Secret | undefined {
  return isFields(value) && isFields(value.metadata) ? (value as Secret) : undefined;
}

function sizeOf(secret: Secret | undefined): number {
  const lengthOf = (value: unknown) => (typeof value === 'string' ? value.length : 0);
  return ['tls.crt', 'tls.key'].reduce((sum, entry) => sum + lengthOf(secret?.data?.[entry]), 1);
}

function judgeUser(
  node: SeiNode,
  before: Secret,
  after: Secret | undefined,
  judge: AdmissionJudge,
  now: string,
): Judged {
  const serves = tlsSecretName(node) === before.metadata.name;
  const answer = judge.worse(
    {
      ...{ now, node },
      ...(serves && after && { secret: after }),
      ...(after === undefined && { deletedSecret: before.metadata.name }),
    },
    { now, node, ...(serves && { secret: before }) },
  );
  return ofNode(objectKey(node.metadata.namespace, node.metadata.name), answer);
}
