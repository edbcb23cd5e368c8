import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';

/** A network that who reaches whom is asked of, by any judge. */
export type Case = {
  readonly name: string;
  /** Labels by name; judges see `kubernetes.io/metadata.name` among them. */
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly pods: readonly CasePod[];
  readonly policies: readonly NetworkPolicy[];
  /** Asked over TCP of every pod. */
  readonly ports: readonly number[];
  /** Sources outside the cluster. */
  readonly addresses?: readonly string[];
};

export type CasePod = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ip?: string;
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  }[];
};

/** Who reaches whom: by `NAMESPACE/NAME:PORT` the sources that do, `NAMESPACE/NAME` or an address, sorted. */
export type Reach = Readonly<Record<string, readonly string[]>>;

/** `NAMESPACE/NAME` of a pod. */
export function podKey({ namespace, name }: CasePod): string {
  return `${namespace}/${name}`;
}

/** A policy without more than its name. */
export function policy(namespace: string, name: string, spec: NetworkPolicy['spec']): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    ...(spec && { spec }),
  };
}
