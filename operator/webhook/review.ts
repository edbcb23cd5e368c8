import type { AdmissionRequest, AdmissionResponse } from '../../core/admission/admission.ts';
import type { Admit } from '../../core/admission/admit.ts';
import { decodeReview } from '../../core/admission/decode-review.ts';
import { parseJSON } from '../../core/json.ts';
import type { FromWorker, Measured } from './messages.ts';
import type { Reply } from './server.ts';
import { isTooHeavy } from './weight.ts';
import type { WorldCopy } from './world.ts';

export type Around = {
  readonly world: WorldCopy;
  readonly admit: Admit;
  /** RFC 3339. */
  readonly now: () => string;
  readonly measure: (measured: Omit<Measured, 'seconds'>) => void;
  readonly failed: (fault: Omit<Extract<FromWorker, { type: 'fault' }>, 'type'>) => void;
};

/** What the body of an AdmissionReview comes to. Never throws: what is our own fault is 500, and goes by failurePolicy. */
export function review(body: Buffer, around: Around): Reply {
  if (isTooHeavy(body)) return { status: 413, text: 'a review has a million values at most' };
  const decoded = decodeReview(parseJSON(body.toString('utf8')));
  if (!decoded.ok) return { status: 400, text: decoded.error };
  const request = decoded.value;
  try {
    return judged(request, around);
  } catch (error) {
    around.measure({ ...labelsOf(request), allowed: 'error', denied: [] });
    around.failed({ message: messageOf(error, request), fields: whatOf(request) });
    return { status: 500, text: 'the webhook failed: see the log of the operator' };
  }
}

function judged(request: AdmissionRequest, { world, admit, now, measure }: Around): Reply {
  const known = world.world;
  if (known === undefined) return { status: 503, text: 'the operator has not listed everything yet' };
  const response = admit(request, known, now());
  measure({ ...labelsOf(request), allowed: `${response.allowed}`, denied: deniedBy(response) });
  return {
    status: 200,
    review: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response },
  };
}

/** The rules that the audit log is told of: `RULE NODES; RULE NODES`. */
function deniedBy({ auditAnnotations: { denied = '' } = {} }: AdmissionResponse): string[] {
  return [...new Set(denied.split('; ').flatMap(each => each.split(' ', 1)[0] || []))];
}

const kinds = ['SeiNode', 'Secret', 'NetworkPolicy', 'Namespace', 'Pod'];
const operations = ['CREATE', 'UPDATE', 'DELETE'];

/** Anybody who reaches the port can make up a kind: no series is made of it. */
function labelsOf({ kind, operation }: AdmissionRequest): { kind: string; operation: string } {
  return {
    kind: kinds.includes(kind.kind) ? kind.kind : 'other',
    operation: operations.includes(operation) ? operation : 'other',
  };
}

function whatOf({ kind, namespace = '', name = '', operation }: AdmissionRequest): Record<string, string> {
  return { kind: String(kind.kind), namespace: String(namespace), name: String(name), operation };
}

/** Of a Secret nothing is told: a message may quote what it fell over. */
function messageOf(error: unknown, { kind }: AdmissionRequest): string {
  if (kind.kind === 'Secret') return 'a fault of the webhook itself';
  return error instanceof Error ? error.message : String(error);
}
