import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { printableLine } from '../../core/printable.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';
import type { TaskKind, TaskParams } from '../tasks/task.ts';

/** What POST /v0/tasks asks for (contract §5). */
export type TaskRequest = { readonly id?: string; readonly type: string; readonly params?: TaskParams };

/** Reads the body of a POST, once parsed. @returns else what is wrong with it: the field, its value, what would be right. */
export type RequestReader = (body: unknown) => Result<TaskRequest>;

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const fields = new Set(['id', 'type', 'params']);

/** A reader that knows the kinds of task that are served, and their parameters. */
export function requestReader(kinds: Readonly<Record<string, TaskKind>>): RequestReader {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (type: string, { params }: TaskKind) => {
    const known = validators.get(type) ?? ajv.compile(params);
    validators.set(type, known);
    return known;
  };
  return body => {
    const request = requestOf(body);
    if (!request.ok) return request;
    const { type, params = {} } = request.value;
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind === undefined) {
      return failure(`type ${shown(type)} is not served; served are ${Object.keys(kinds).sort().join(', ')}`);
    }
    const validate = validatorOf(type, kind);
    if (validate(params)) return request;
    // Of names that the caller chose, and as many faults as a body has room for.
    return failure(printableLine((validate.errors ?? []).map(faultOf).join('; ')));
  };
}

function requestOf(body: unknown): Result<TaskRequest> {
  if (!isFields(body)) return failure('the body must be a JSON object of {id?, type, params?}');
  const stranger = Object.keys(body).find(field => !fields.has(field));
  if (stranger !== undefined)
    return failure(`${shown(stranger)} is not known; a task has id, type and params`);
  const { id, type, params } = withoutNulls(body);
  if (typeof type !== 'string' || type === '') return failure('type is required, a text such as mark-ready');
  if (id !== undefined && !(typeof id === 'string' && uuid.test(id))) {
    return failure(`id ${shown(id)} must be a UUID`);
  }
  if (params !== undefined && !isFields(params)) return failure(`params ${shown(params)} must be an object`);
  return success({ type, ...(id !== undefined && { id: id as string }), ...(params && { params }) });
}

/** null and an empty id count as absent, as Go's callers write them. */
function withoutNulls({ id, type, params }: Fields): Fields {
  return { id: id === '' ? undefined : (id ?? undefined), type, params: params ?? undefined };
}

function faultOf({ keyword, instancePath, message = '', params, data }: ErrorObject): string {
  const path = `params${instancePath.replaceAll('/', '.')}`;
  switch (keyword) {
    case 'additionalProperties':
      return `${path}.${params.additionalProperty} is not known`;
    case 'enum':
      return `${path} ${shown(data)} must be one of ${params.allowedValues.map(shown).join(', ')}`;
    case 'required':
      return `${path} ${message}`;
    default:
      return `${path} ${shown(data)} ${message}`;
  }
}
