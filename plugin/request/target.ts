import { dnsNameFault } from '../../core/dns-name.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { subdomainFault } from '../../core/schema/names.ts';
import { requiredDNSNames, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import type { Fleet } from '../source/fleet.ts';

/** What a certificate is made for. */
export type Target = {
  readonly namespace: string;
  /** The Secret that is to hold it; undefined where neither the node nor `--secret` names one. */
  readonly secretName: string | undefined;
  /** As the contract (§1) has them, in its order. */
  readonly dnsNames: readonly string[];
};

/** What to make for a node, or why no certificate can be made. `secret` is `--secret`. */
export function targetOf(node: SeiNode, secret: string | undefined): Result<Target> {
  const { name, namespace } = node.metadata;
  const dnsNames = requiredDNSNames(name, namespace);
  for (const dnsName of dnsNames) {
    const fault = dnsNameFault(dnsName);
    if (fault !== undefined) {
      return failure(`it needs the name ${dnsName}, which cannot be: ${fault}; give the node a shorter name`);
    }
  }
  const secretName = secret ?? tlsSecretName(node);
  const fault = secretName === undefined ? undefined : subdomainFault(secretName);
  return fault === undefined
    ? success({ namespace, secretName, dnsNames })
    : failure(`its spec.sidecar.tls.secretName "${secretName}" is no name of a Secret: ${fault}`);
}

/** What goes wrong once the Secret is there: the node reads another one, or another node reads it too. */
export function warningsFor(node: SeiNode, { namespace, secretName }: Target, { nodes }: Fleet): string[] {
  const { name } = node.metadata;
  const read = tlsSecretName(node);
  const others = nodes
    .map(({ object }) => object)
    .filter(other => other.metadata.namespace === namespace && other.metadata.name !== name)
    .filter(other => secretName !== undefined && tlsSecretName(other) === secretName);
  return [
    ...(read === undefined || read === secretName
      ? []
      : [
          `SeiNode ${namespace}/${name} reads Secret "${read}", not "${secretName}": until it is recreated with that name, nothing uses what is made here`,
        ]),
    ...others.map(
      ({ metadata }) =>
        `SeiNode ${namespace}/${metadata.name} reads Secret "${secretName}" too, and its names are not in what is made here`,
    ),
  ];
}
