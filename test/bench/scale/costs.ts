/**
 * What the simulation is told of the world, in milliseconds where nothing else is said. Measured: by `curves.ts`, whose run
 * docs/scale.md has, or as decision 53 has it. Default: what the program's `--help` says. Assumed: what nobody measured.
 */
export const costs = {
  /** CPU of API server and etcd a request, watches included; measured: 121 ms a node for the bare client, of which decision 53
   * has 237/173 for the operator, over 32 requests. */
  serverRequest: 5.2,
  /** Cores that the API server has to itself; assumed. */
  serverCores: 8,
  /** CPU of the operator to hear of a change; measured, by a follower. */
  change: 0.22,
  /** Changes that a replica hears of while a node comes up, and while its pod is replaced; measured, and assumed. */
  changes: { create: 17, update: 12 },
  /** CPU of the operator to send a request; decision 53: 25 % of 60 ms a node, over 15. */
  request: 1,
  /** CPU of the operator for a reconcile, requests apart; decision 53: what is left of 60 ms a node, over the 12 here. */
  reconcile: 3.4,
  /** The same where a certificate was renewed; measured: 4.5 ms a node, less a request, a look and two changes. */
  renewal: 1.7,
  /** CPU of the operator for a reconcile that finds nothing to do, and of both lists of a start, a node; measured: 3.6 ms together,
   * parted by what was used when all was listed first. */
  steady: 1.4,
  list: 2.2,
  /** Events that are told of a node that comes up, and that is updated; decision 53, and assumed. */
  events: { create: 5, update: 3 },
  /** Writes of others for a node; measured: of all by the bare client, less its own 7, the node and Events; and assumed. */
  others: { create: 15, update: 12 },
  /** Of these, those of the StatefulSet controller, and how many it sends a second; measured and assumed, and the default. */
  podWrites: { create: 5, update: 4 },
  controllerQPS: 20,
  /** From a pod that is bound to its sidecar's first answer; assumed. */
  podStart: 10_000,
  /** A sidecar's answer; assumed. */
  sidecar: 5,
  /** Objects that people or an issuer write at once; as in the bench. */
  writers: 32,
} as const;
