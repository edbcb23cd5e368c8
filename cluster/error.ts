/** Where the fault lies, as far as a caller acts on it. */
export type ClusterFault = {
  /** The HTTP status of the API server's answer; absent where there was no answer. */
  readonly status?: number;
  /** `reason` of the Kubernetes Status (meta/v1), such as `Expired`. */
  readonly reason?: string;
  /** The namespace is being deleted: nothing can be made in it (a cause of the Status, NamespaceTerminating). */
  readonly isTerminating?: boolean;
  /** There is no such namespace: what was asked for may be there all the same, and nobody can write it. */
  readonly hasNoNamespace?: boolean;
  /** The answer was longer than it may be. */
  readonly isTooLong?: boolean;
  /** Milliseconds after which a busy server wants to be asked again. */
  readonly retryAfter?: number;
};

/** The cluster, or the way to it, failed. The message is one sentence with the object, the cause and the next step; never a token. */
export class ClusterError extends Error {
  readonly fault: ClusterFault;

  constructor(message: string, fault: ClusterFault = {}) {
    super(message);
    this.fault = fault;
  }
}

/** A fault of a connection, by a code as those of Node. */
export function fault(code: string): Error {
  return Object.assign(new Error(code), { code });
}
