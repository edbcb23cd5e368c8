import { objectKey, type Secret } from '../../core/kubernetes.ts';
import { attemptOf, type TaskOutcome } from '../../core/plan/advance.ts';
import { taskRequest } from '../../core/plan/request.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type PlannedTask, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import {
  type Asked,
  bodyOf,
  refusal,
  sidecarError,
  type TaskResult,
  taskResult,
} from '../../core/sidecar/answer.ts';
import { type Came, pollOutcome, submitOutcome } from '../../core/sidecar/outcome.ts';
import type { Route } from './agent.ts';
import { openWays } from './ways.ts';

/** The operator's client of every node's sidecar (contract §5). */
export type SidecarClient = {
  /**
   * To be told at once of every change of the Secret that a node names (undefined: it does not exist): from then on a
   * rotation is counted. Nothing is asked of a node under TLS before the first time.
   */
  readonly follow: (node: SeiNode, secret: Secret | undefined) => void;
  /** Ends the connections of a node that is gone, and forgets what it was verified by. */
  readonly forget: (node: SeiNode) => void;
  /** Sends a task; where the answer was lost it is simply sent again. */
  readonly submit: (node: SeiNode, task: PlannedTask) => Promise<TaskOutcome>;
  /** Asks what became of a task: `submitted` while it runs, `lost` where the sidecar does not know it. */
  readonly poll: (node: SeiNode, task: PlannedTask) => Promise<TaskOutcome>;
  /** Every task that the sidecar knows; else why it cannot be told. */
  readonly list: (node: SeiNode) => Promise<Result<readonly TaskResult[]>>;
  /** Lets the sidecar forget a task; one that it does not know is fine. */
  readonly remove: (node: SeiNode, id: string) => Promise<Result<undefined>>;
  /** Ends every connection, also one under way. */
  readonly close: () => void;
};

export type SidecarClientOptions = {
  /** The file with the operator's ServiceAccount token. */
  readonly token: string;
  readonly now: () => Date;
  /** Milliseconds for a whole request. */
  readonly patience: number;
  /** Where a host and port are really found; the name that is verified stays the node's. */
  readonly route?: Route;
};

/**
 * Opens the client. No fault of a sidecar, or of the way to it, is thrown: a task then waits and says for what.
 */
export function sidecarClient(options: SidecarClientOptions): SidecarClient {
  const { follow, forget, ask, close } = openWays({ route: (host, port) => ({ host, port }), ...options });
  return {
    follow,
    forget,
    close,
    submit: async (node, task) => {
      const request = taskRequest(task, node);
      if (!request.ok) return outcome(task, { kind: 'waiting', message: request.error });
      const answer = await ask(node, 'POST', '/v0/tasks', JSON.stringify(request.value));
      return outcome(
        task,
        came(answer, found => submitOutcome(found, task.id, asked(node, 'create'))),
      );
    },
    poll: async (node, task) => {
      const answer = await ask(node, 'GET', pathOf(task.id));
      return outcome(
        task,
        came(answer, found => pollOutcome(found, task.id, asked(node, 'get'))),
      );
    },
    list: async node => {
      const answer = await ask(node, 'GET', '/v0/tasks');
      const body = answer.ok ? bodyOf(answer.value, asked(node, 'get')) : answer;
      return body.ok ? tasksIn(body.value) : body;
    },
    remove: async (node, id) => {
      const answer = await ask(node, 'DELETE', pathOf(id));
      if (!answer.ok) return answer;
      const { status } = answer.value;
      const isGone = status === 404 && sidecarError(answer.value) !== undefined;
      return isGone || (status >= 200 && status < 300)
        ? success(undefined)
        : failure(refusal(answer.value, asked(node, 'delete')));
    },
  };
}

function pathOf(id: string): string {
  return `/v0/tasks/${encodeURIComponent(id)}`;
}

function asked(node: SeiNode, verb: Asked['verb']): Asked {
  const { namespace, name } = node.metadata;
  return { verb, node: objectKey(namespace, name), tls: tlsSecretName(node) !== undefined };
}

/** Without an answer the task waits. */
function came<T>(answer: Result<T>, judge: (answer: T) => Came): Came {
  return answer.ok ? judge(answer.value) : { kind: 'waiting', message: answer.error };
}

function outcome(task: PlannedTask, found: Came): TaskOutcome {
  return { id: task.id, attempt: attemptOf(task), ...found };
}

function tasksIn(body: unknown): Result<readonly TaskResult[]> {
  const results = Array.isArray(body) ? body.map(taskResult) : [undefined];
  return results.every(result => result !== undefined)
    ? success(results)
    : failure('the sidecar answers with something else than tasks');
}
