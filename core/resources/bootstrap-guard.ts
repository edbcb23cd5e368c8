import { keySecrets } from '../references.ts';
import type { SeiNode } from '../seinode.ts';
import type { Container, EnvVar, PodSpec, Volume } from './types.ts';

/**
 * What of a validator's own a bootstrap pod would carry: its consensus key, node key, keyring or passphrase, as a volume or
 * in the environment of any container. Such a pod could sign beside the one that signs. Asked of every Job before it is
 * made, however it was built.
 *
 * @returns one sentence; undefined where it carries nothing.
 */
export function carriedFault(node: SeiNode, spec: PodSpec): string | undefined {
  const secrets = [
    ...spec.volumes.flatMap(secretsOfVolume),
    ...[...spec.initContainers, ...spec.containers].flatMap(secretsOfContainer),
  ];
  const carried = keySecrets(node).find(({ name }) => secrets.includes(name));
  return (
    carried &&
    `the bootstrap pod of SeiNode ${node.metadata.name} would carry the ${carried.what} in Secret ${carried.name}: no Job is made`
  );
}

/** Every source that the kubelet may mount a Secret from; builders may come to use another than they do now. */
type AnyVolume = Volume & {
  readonly projected?: { readonly sources?: readonly { readonly secret?: { readonly name?: string } }[] };
};

function secretsOfVolume({ secret, projected }: AnyVolume): (string | undefined)[] {
  return [secret?.secretName, ...(projected?.sources ?? []).map(source => source.secret?.name)];
}

type AnyContainer = Container & {
  readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[];
};

function secretsOfContainer({ env = [], envFrom = [] }: AnyContainer): (string | undefined)[] {
  return [
    ...env.map(({ valueFrom }: EnvVar) => valueFrom?.secretKeyRef.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ];
}
