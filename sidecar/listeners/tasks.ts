import { parseJSON } from '../../core/json.ts';
import type { Log } from '../../core/log.ts';
import type { Engine } from '../engine/engine.ts';
import type { RequestReader } from '../engine/request.ts';
import type { Metrics } from '../metrics.ts';
import type { AuthnMode } from '../settings.ts';
import { callerOf, rejectionText } from './authn.ts';
import { type Answer, type Asked, bodyLimit, errorAnswer, type Route } from './listener.ts';

export type TasksOptions = {
  readonly engine: Engine;
  readonly readRequest: RequestReader;
  readonly authn: AuthnMode;
  readonly metrics: Metrics;
  readonly log: Log;
};

/** The routes of the tasks listener, and nothing else (contract §5, issue-268). */
export function tasksRoutes(options: TasksOptions): Route[] {
  const { engine } = options;
  const admit = (asked: Asked) => refusal(asked, options);
  return [
    {
      path: /^\/v0\/tasks$/,
      admit,
      methods: {
        GET: () => ({ status: 200, json: engine.recent() }),
        POST: asked => submitted(asked, options),
      },
    },
    {
      path: /^\/v0\/tasks\/([^/]+)$/,
      admit,
      methods: {
        GET: ({ id }) => {
          const result = engine.get(id);
          return result ? { status: 200, json: result } : unknownTask;
        },
        DELETE: ({ id }) => (engine.remove(id) ? { status: 204, empty: true } : unknownTask),
      },
    },
  ];
}

const unknownTask = errorAnswer(404, 'task not found');

function refusal({ remoteUsers }: Asked, { authn, metrics }: TasksOptions): Answer | undefined {
  const caller = callerOf(authn, remoteUsers);
  if (caller === undefined || 'user' in caller) return undefined;
  metrics.authnRejections.inc({ reason: caller.rejection });
  return errorAnswer(401, rejectionText[caller.rejection]);
}

const unstored = errorAnswer(
  503,
  'the task cannot be stored, and is not begun: the volume of SEI_HOME is full or ails; make room, the log of the sidecar says more',
);

/** Undefined where the store does not take it (node:sqlite). */
function stored(submit: () => string, log: Log): string | undefined {
  try {
    return submit();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
    log.error(error, 'a task cannot be stored');
    return undefined;
  }
}

async function submitted({ body, remoteUsers }: Asked, options: TasksOptions): Promise<Answer> {
  const { engine, readRequest, authn, log } = options;
  const text = await body();
  if (text === undefined) {
    return errorAnswer(413, `a task may have ${bodyLimit} bytes`, { connection: 'close' });
  }
  const value = parseJSON(text);
  if (value === undefined) return errorAnswer(400, 'the body is not JSON');
  const request = readRequest(value);
  if (!request.ok) return errorAnswer(400, request.error);
  const id = stored(() => engine.submit(request.value), log);
  if (id === undefined) return unstored;
  // Whoever may reach a listener without authentication may also write any name there.
  const user = authn === 'trusted-header' ? remoteUsers[0] : undefined;
  log.info('a task was submitted', { type: request.value.type, id, ...(user && { user }) });
  return { status: 201, json: { id } };
}
