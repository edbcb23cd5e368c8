import type { SecretLookup } from '../../core/findings/judgeable.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Network } from '../../core/network/network.ts';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import type { SeiNode } from '../../core/seinode.ts';

/** Where something stands in a file; `line` counts from 1, `file` is as the user named it, `-` for standard input. */
export type Place = { readonly file: string; readonly line: number };

/** Something that could not be read. The rest is still judged, and the exit code is 3. */
export type Fault = {
  readonly file?: string;
  readonly line?: number;
  /** The field at fault, `data["tls.crt"]`, where there is one. */
  readonly field?: string;
  /** One sentence: what is wrong, the value, what would be right. Never a secret. */
  readonly message: string;
};

/** An object and where it came from. `place` is absent for an object of a cluster. */
export type Sourced<T extends KubernetesObject> = {
  readonly object: T;
  readonly place?: Place;
  /** The line of a field, `spec.sidecar.tls`, or of its nearest ancestor that is written there. */
  readonly lineOf: (field: string) => number | undefined;
  /** Paths of the fields that the CRD does not have; empty for other kinds. */
  readonly unknownFields: readonly string[];
};

/** A kind that no rule reads, and where it was first seen. */
export type IgnoredKind = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  readonly first: Place;
};

/** Finds an object by namespace and name. One that could not be read is a fault of the fleet, and not found. */
export type Lookup = (namespace: string, name: string) => Sourced<KubernetesObject> | undefined;

/** What decides who reaches whom, and the objects around a node that tell how it is run. */
export type Surrounded = {
  readonly network: Network;
  /** Those of `network.policies`, in the same order, and where they stand. */
  readonly policies: readonly Sourced<NetworkPolicy>[];
  /** Pods and StatefulSets, sorted: those of the files where files are laid over a cluster. */
  readonly workloads: readonly Sourced<KubernetesObject>[];
  readonly pod: Lookup;
  readonly statefulSet: Lookup;
  readonly service: Lookup;
};

/** What a source gathered: the same shape from files and from a cluster. */
export type Fleet = Surrounded & {
  /** Sorted by namespace, then name. */
  readonly nodes: readonly Sourced<SeiNode>[];
  readonly secret: (namespace: string, name: string) => SecretLookup;
  readonly faults: readonly Fault[];
  readonly ignored: readonly IgnoredKind[];
};
