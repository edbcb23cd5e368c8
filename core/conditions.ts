/**
 * Every condition type this project sets or reads, with its reasons and when each holds (contract §2). A type that
 * is not among a node's conditions does not apply to it, or nothing is known of it yet.
 */

/** Whether the Secret behind spec.sidecar.tls can be served; absent when TLS is off. */
export const sidecarTLSSecretReady = 'SidecarTLSSecretReady';

/** Whether the NetworkPolicies let in whom they must and nobody else. */
export const sidecarNetworkPolicyReady = 'SidecarNetworkPolicyReady';

/** Reasons of SidecarTLSSecretReady, in the order they are checked. */
export const tlsReasons = [
  /** Unknown: the Secret could not be read. */
  'Unavailable',
  /** False: the Secret does not exist. */
  'NotFound',
  /** False: wrong type, an empty entry, or a pair that Go's tls.X509KeyPair does not load. */
  'Malformed',
  /** False: the leaf's notAfter has passed. */
  'Expired',
  /** False: the leaf's notBefore is still to come. */
  'NotYetValid',
  /** False: the leaf's dNSName SANs lack a required name. */
  'SANsMismatch',
  /** True: every check passes. */
  'Ready',
] as const;

export type TLSReason = (typeof tlsReasons)[number];

/** Every other type with its reasons, in the order in which new ones are appended to a node's conditions. */
export const conditionReasons = {
  /** The sidecar's readiness as the kubelet sees it; only of Running nodes. */
  SidecarReady: {
    /** True: the kubelet's probe of 9100 passes. */
    ready: 'Ready',
    /** False: the probe fails while the container runs; a mark-ready plan follows. */
    notReady: 'NotReady',
    /** Unknown: the Pod has no status of a running sei-sidecar. */
    unknown: 'Unreachable',
  },
  /** Whether another image is being rolled out; absent before the first time. */
  NodeUpdateInProgress: {
    /** True: a plan for it is active. */
    started: 'UpdateStarted',
    /** False: the plan is complete. */
    complete: 'UpdateComplete',
    /** False: the plan has failed; the node keeps running and another plan follows. */
    failed: 'UpdateFailed',
  },
  /**
   * What the operator does for the node: True while a plan is active, else False, whatever the reason; Unknown with
   * NothingObserved. observedGeneration is that of the spec last acted on.
   */
  Progressing: {
    /** The plan is being worked on. */
    active: 'PlanActive',
    /** A task of the plan waits for something outside. */
    waiting: 'TaskWaiting',
    /** A task failed and is tried again. */
    retrying: 'TaskRetrying',
    /** Nothing is to be done. */
    complete: 'PlanComplete',
    /** The plan has failed: an image update is tried again by itself, an init plan once what failed it is mended, or spec changed. */
    failed: 'PlanFailed',
    /** SidecarTLSSecretReady holds a plan back. */
    gateClosed: 'GateClosed',
    /** SpecServed holds a plan back. */
    notServed: 'SpecNotServed',
    /** The stored plan has a task that this operator does not serve. */
    foreign: 'TaskNotServed',
    /** Which image runs cannot be seen yet. */
    unknown: 'NothingObserved',
    /** The node is being deleted, and something of it is still there. */
    terminating: 'Terminating',
  },
  /** Whether a node was given the peers that spec.peers asks for; only of Running nodes with peers. */
  PeersCurrent: {
    /** True: discover-peers was last given them. */
    applied: 'PeersApplied',
    /** False: spec.peers, or what its labels select, is another; the message says what came and went. */
    changed: 'PeersChanged',
    /** Unknown: no plan, and nothing in status, tells what the node was given. */
    unknown: 'PeersUnknown',
  },
  /** Whether every field of spec is served; absent where that is so. */
  SpecServed: {
    /** False: a field asks for what this operator does not do; the message says which and what follows. */
    notServed: 'FieldNotServed',
    /** False: a field is wrong in a way that the CRD does not catch. */
    invalid: 'FieldInvalid',
  },
  /** Whether spec.sidecar.image replaces the operator's sidecar: a warning, for it must serve the probes on 9100. */
  SidecarImagePinned: {
    /** True: it does. Absent otherwise. */
    pinned: 'ImagePinned',
  },
  /** Whether the imported volume can be used; only with spec.dataVolume.import. */
  ImportPVCReady: {
    /** True: it passes every check. */
    ready: 'PVCValidated',
    /** False: not yet, as it is not bound, not there or another node's too. */
    notReady: 'PVCNotReady',
    /** False: not as it is: lost, or not to be written; the plan fails until it is mended. A small one is told in the message of True. */
    invalid: 'PVCInvalid',
  },
  /** Whether the Secret with the consensus key can be used; only with spec.validator.signingKey. */
  SigningKeyReady: {
    /** True: it passes every check. */
    ready: 'SigningKeyValidated',
    /** False: it does not exist, or is being deleted. */
    notReady: 'SigningKeyNotReady',
    /** False: it holds no such key; the plan fails until it does. */
    invalid: 'SigningKeyInvalid',
  },
  /** As SigningKeyReady, of spec.validator.nodeKey. */
  NodeKeyReady: {
    ready: 'NodeKeyValidated',
    notReady: 'NodeKeyNotReady',
    invalid: 'NodeKeyInvalid',
  },
  /** As SigningKeyReady, of the two Secrets of spec.validator.operatorKeyring. */
  OperatorKeyringReady: {
    ready: 'OperatorKeyringValidated',
    notReady: 'OperatorKeyringNotReady',
    invalid: 'OperatorKeyringInvalid',
  },
  /** Whether the NetworkPolicies let in whom they must and nobody else; observed only, it holds nothing back. */
  SidecarNetworkPolicyReady: {
    /** True: controller and monitoring reach their ports, and nobody else is let in to them. */
    ready: 'Ready',
    /** False: somebody else is let in to a guarded port; the message names port, policy, rule and peer. */
    open: 'Open',
    /** False: the controller or monitoring is kept out. */
    blocked: 'Blocked',
    /** Unknown: something that NetworkPolicies alone do not decide. */
    undecided: 'Undecided',
    /** Unknown: the ConfigMap seinode-policy does not say who may connect. */
    parametersInvalid: 'ParametersInvalid',
    /** Unknown: what decides cannot be read, as under the roles of the controller before. */
    unavailable: 'Unavailable',
  },
} as const;

/** A reason of Progressing. */
export type ProgressingReason =
  (typeof conditionReasons.Progressing)[keyof typeof conditionReasons.Progressing];

export type ConditionType = typeof sidecarTLSSecretReady | keyof typeof conditionReasons;

/** Every type, in the order in which new ones are appended. */
export const conditionTypes: readonly ConditionType[] = [
  sidecarTLSSecretReady,
  ...(Object.keys(conditionReasons) as (keyof typeof conditionReasons)[]),
];
