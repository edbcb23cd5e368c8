import type { TaskOutcome } from '../plan/advance.ts';
import { isTooDeep } from '../schema/depth.ts';
import { type Fields, isFields } from '../schema/structural.ts';
import { shown } from '../schema/text.ts';
import { type Answer, type Asked, bodyOf, sidecarError, taskResult } from './answer.ts';

/** An outcome before it is said of which task and attempt. */
export type Came = TaskOutcome extends infer Outcome
  ? Outcome extends TaskOutcome
    ? Omit<Outcome, 'id' | 'attempt'>
    : never
  : never;

/**
 * What came of POST /v0/tasks (contract §5). Only what the sidecar itself says of the task can fail it; every other
 * answer waits, for the same id may be sent again and runs once.
 */
export function submitOutcome(answer: Answer, id: string, asked: Asked): Came {
  const error = sidecarError(answer);
  if ((answer.status === 400 || answer.status === 422) && error !== undefined) {
    return { kind: 'failed', message: `the sidecar refuses the task: ${error}` };
  }
  const body = bodyOf(answer, asked);
  if (!body.ok) return waiting(body.error);
  return isFields(body.value) && body.value.id === id
    ? { kind: 'submitted' }
    : waiting('the sidecar answers with another id than the task has');
}

/** What came of GET /v0/tasks/{id}. A task under way is `submitted` still, one that the sidecar does not know `lost`. */
export function pollOutcome(answer: Answer, id: string, asked: Asked): Came {
  if (answer.status === 404 && sidecarError(answer) !== undefined) return { kind: 'lost' };
  const body = bodyOf(answer, asked);
  if (!body.ok) return waiting(body.error);
  const result = taskResult(body.value);
  if (result?.id !== id) return waiting('the sidecar answers with something else than the task');
  switch (result.status) {
    case 'running':
      return { kind: 'submitted' };
    case 'completed':
      return { kind: 'complete', ...(isSmall(result.params) && { params: result.params }) };
    case 'failed':
      return { kind: 'failed', message: result.error || 'the sidecar gives no error' };
    default:
      return waiting(`the sidecar tells of a status ${shown(result.status)} that is not known here`);
  }
}

/** It goes into status, which has no room for whatever a sidecar says. */
function isSmall(params: Fields | undefined): params is Fields {
  return params !== undefined && !isTooDeep(params) && JSON.stringify(params).length <= 262_144;
}

/** What is not so yet, and will be looked at again. @param message what is waited for. */
export function waiting(message: string): Came {
  return { kind: 'waiting', message };
}
