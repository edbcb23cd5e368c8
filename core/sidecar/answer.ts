import { parseJSON } from '../json.ts';
import { cutWithin, printableLine } from '../printable.ts';
import { failure, type Result, success } from '../result.ts';
import { type Fields, isFields } from '../schema/structural.ts';

/** What a task's sidecar says of it (TaskResult, contract §5): what is read of it. */
export type TaskResult = {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly error?: string;
  readonly params?: Fields;
};

/** An answer of the tasks port, whole. */
export type Answer = { readonly status: number; readonly text: string };

/** What was asked, as kube-rbac-proxy authorises it (contract §4), and of which node's sidecar. */
export type Asked = {
  readonly verb: 'create' | 'get' | 'delete';
  /** NAMESPACE/NAME. */
  readonly node: string;
  readonly tls: boolean;
  /** Who asks, in the words of a sentence; the operator, where it is not said. */
  readonly caller?: string;
};

const operator = 'the operator';

/** The JSON of an answer of 2xx. @returns else what it waits for, as a clause for a condition. */
export function bodyOf(answer: Answer, asked: Asked): Result<unknown> {
  if (answer.status < 200 || answer.status > 299) return failure(refusal(answer, asked));
  const body = parseJSON(answer.text);
  return body === undefined ? failure(`the sidecar answers ${answer.status} without JSON`) : success(body);
}

/** Whether the sidecar itself says so: kube-rbac-proxy, and whatever else may answer there, knows no {error}. */
export function sidecarError({ text }: Answer): string | undefined {
  const body = parseJSON(text);
  return isFields(body) && typeof body.error === 'string' ? body.error : undefined;
}

/** Reads one TaskResult; undefined where it is none. */
export function taskResult(value: unknown): TaskResult | undefined {
  if (!isFields(value)) return undefined;
  const { id, type, status, error, params } = value as Fields;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof status !== 'string') return undefined;
  return {
    ...{ id, type, status },
    ...(typeof error === 'string' && { error }),
    ...(isFields(params) && { params }),
  };
}

/** Why an answer is no good, and what mends it, as a clause. */
export function refusal(answer: Answer, asked: Asked): string {
  const { status } = answer;
  if (status === 401) return `${unauthenticated(answer, asked)}${said(answer)}`;
  if (status === 403 && asked.tls) return `${forbidden(asked)}${said(answer)}`;
  if (status >= 300 && status < 400) return `the sidecar answers ${status}, and redirects are not followed`;
  return `${status === 502 && asked.tls ? 'kube-rbac-proxy has no way to the sidecar and' : 'the sidecar'} answers ${status}${said(answer)}`;
}

function unauthenticated(answer: Answer, { tls, caller = operator }: Asked): string {
  if (!tls) return 'the sidecar wants a caller that a proxy vouches for, though TLS is off, and answers 401';
  return sidecarError(answer) === undefined
    ? `kube-rbac-proxy does not accept ${caller}'s token and answers 401: the pod's ServiceAccount must be allowed to create tokenreviews`
    : 'the sidecar is told no user by kube-rbac-proxy and answers 401: it needs --auth-header-fields-enabled=true';
}

function forbidden({ verb, node, caller = operator }: Asked): string {
  return `kube-rbac-proxy does not let ${caller} ${verb} tasks and answers 403: ${caller} needs ${verb} on seinodetasks.sei.io ${node}, the pod's ServiceAccount create on subjectaccessreviews`;
}

/** What the other side adds in its own words. */
function said(answer: Answer): string {
  const words = printableLine((sidecarError(answer) ?? answer.text).trim());
  return words === '' ? '' : ` (${cutWithin(words, 201)})`;
}
