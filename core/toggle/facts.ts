import type { NetworkViolation, TLSVerdict } from '../policy.ts';
import type { Result } from '../result.ts';
import type { SeiNode } from '../seinode.ts';
import type { TLSSetting } from './manifest.ts';
import type { OperatorKind } from './operator.ts';
import type { ResourceAttributes } from './rights.ts';
import type { Seen } from './seen.ts';

/** All that is asked before a toggle begins. */
export type Facts = {
  readonly namespace: string;
  readonly name: string;
  /** The setting that is wanted. */
  readonly to: TLSSetting;
  /** Whether a handshake is wanted at the end. */
  readonly verify: boolean;
  /** Whether the size of the volume is nobody's business. */
  readonly ignoreDefaultSize: boolean;
  /** RFC 3339. */
  readonly now: string;
  /** As a toggle looks at it; undefined is also what could not be read, and `denied` says so then. */
  readonly seen: Seen;
  /** What the caller may not do, of all that a toggle reads and writes. */
  readonly denied: readonly ResourceAttributes[];
  /** Undefined where it could not be asked. */
  readonly dryRun: DryRun | undefined;
  /** Of the Secret that is wanted; undefined where TLS is to be off, or the Secret could not be read. */
  readonly secret: SecretFacts | undefined;
  /** What the rules on NetworkPolicies find at the new pod; undefined where those of the namespace could not be read. */
  readonly network: readonly NetworkViolation[] | undefined;
  readonly operator: OperatorKind;
  /** Of new volumes for nodes of this mode, or why it cannot be read. */
  readonly defaultSize: Result<string>;
};

/** Facts about a node that is there. */
export type Checked = Facts & { readonly node: SeiNode };

/** What the API server says of the new node, under another name. */
export type DryRun =
  | { readonly kind: 'accepted'; readonly spec: SeiNode['spec'] }
  | { readonly kind: 'refused'; readonly message: string };

/** The Secret as the gate judges it for the new node. */
export type SecretFacts = {
  readonly verdict: TLSVerdict;
  /** When its leaf ends, RFC 3339; absent where none parses. */
  readonly notAfter?: string;
};
