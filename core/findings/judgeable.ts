import type { KubernetesObject, Secret } from '../kubernetes.ts';
import type { AskNetwork } from '../network/judgement.ts';
import type { Network } from '../network/network.ts';
import type { PolicyParameters } from '../network/network-policy.ts';
import type { NodeInput, Violation } from '../policy.ts';
import type { Result } from '../result.ts';
import type { SeiNode } from '../seinode.ts';

/** What is known of a Secret that a node names. */
export type SecretLookup =
  | { readonly found: 'yes'; readonly secret: Secret }
  | { readonly found: 'no' }
  | { readonly found: 'unreadable'; readonly why: string };

/** Finds an object by namespace and name; one that could not be read is not found. */
export type Lookup = (namespace: string, name: string) => KubernetesObject | undefined;

/** What is around nodes as they are judged, wherever it was read. */
export type Around = {
  /** All of them, also those that are not judged: two may share a key or a volume. */
  readonly nodes: readonly SeiNode[];
  readonly network: Network;
  readonly secret: (namespace: string, name: string) => SecretLookup;
  readonly pod: Lookup;
  readonly statefulSet: Lookup;
  readonly service: Lookup;
};

/** The rules, as far as they find violations. */
export type FindingsJudge = {
  readonly violations: (input: NodeInput) => Result<readonly Violation[]>;
  readonly networkViolations: AskNetwork;
};

/** What findings come of. */
export type Judgeable = {
  readonly around: Around;
  readonly judge: FindingsJudge;
  /** The moment to judge at, RFC 3339 in UTC. */
  readonly now: string;
  /** Who may connect to the guarded ports. */
  readonly parameters: PolicyParameters;
  /** Whether it is looked for what mends a violation of the rules on NetworkPolicies, which costs more than finding it. */
  readonly repairs: boolean;
};
