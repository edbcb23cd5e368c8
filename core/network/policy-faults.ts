import type { FieldFault } from '../schema/structural.ts';
import { shown } from '../schema/text.ts';
import { type CIDR, contains, parseCIDR } from './cidr.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './network-policy.ts';
import { selectorFaults } from './selector.ts';

/**
 * What the API server refuses in a NetworkPolicy whose fields have the right types (ValidateNetworkPolicySpec).
 * Addresses are read as servers before Kubernetes 1.36 do, but for zeros in front: those are octal to some network
 * plugins and decimal to others.
 */
export function policyFaults({ spec = {} }: NetworkPolicy): FieldFault[] {
  const { podSelector, ingress = [], egress = [] } = spec;
  return [
    ...selectorFaults(podSelector, 'spec.podSelector'),
    ...ingress.flatMap(({ from, ports }, at) =>
      ruleFaults(from, `spec.ingress[${at}].from`, ports, `spec.ingress[${at}].ports`),
    ),
    ...egress.flatMap(({ to, ports }, at) =>
      ruleFaults(to, `spec.egress[${at}].to`, ports, `spec.egress[${at}].ports`),
    ),
  ];
}

function ruleFaults(
  peers: readonly NetworkPolicyPeer[] = [],
  peersField: string,
  ports: readonly NetworkPolicyPort[] = [],
  portsField: string,
): FieldFault[] {
  return [
    ...peers.flatMap((peer, at) => peerFaults(peer, `${peersField}[${at}]`)),
    ...ports.flatMap((port, at) => portFaults(port, `${portsField}[${at}]`)),
  ];
}

function peerFaults(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  field: string,
): FieldFault[] {
  const selectors = [
    ...selectorFaults(podSelector, `${field}.podSelector`),
    ...selectorFaults(namespaceSelector, `${field}.namespaceSelector`),
  ];
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (ipBlock === undefined) {
    const message = 'is empty: a peer has a podSelector, a namespaceSelector or both, or an ipBlock';
    return selects ? selectors : [{ field, message }];
  }
  const message = 'has an ipBlock beside selectors: write two peers';
  return [
    ...selectors,
    ...(selects ? [{ field, message }] : []),
    ...blockFaults(ipBlock, `${field}.ipBlock`),
  ];
}

function blockFaults(
  { cidr, except = [] }: NonNullable<NetworkPolicyPeer['ipBlock']>,
  field: string,
): FieldFault[] {
  const block = parseCIDR(cidr);
  if (block === undefined) return [{ field: `${field}.cidr`, message: notCIDR(cidr) }];
  return except.flatMap((text, at) => {
    const inner = parseCIDR(text);
    const message = inner === undefined ? notCIDR(text) : exceptFault(cidr, block, text, inner);
    return message === undefined ? [] : [{ field: `${field}.except[${at}]`, message }];
  });
}

function exceptFault(cidr: string, block: CIDR, text: string, inner: CIDR): string | undefined {
  return contains(block, inner.address) && block.bits < inner.bits
    ? undefined
    : `${shown(text)} is not a smaller block inside ${shown(cidr)}`;
}

function notCIDR(text: string): string {
  return `${shown(text)} is no CIDR: write it as in 10.9.8.0/24 or 2001:db8::/64`;
}

function portFaults({ port, endPort }: NetworkPolicyPort, field: string): FieldFault[] {
  const faults: FieldFault[] = [];
  const wrongPort = typeof port === 'string' ? portNameFault(port) : portNumberFault(port);
  if (wrongPort !== undefined) faults.push({ field: `${field}.port`, message: wrongPort });
  const wrongEnd =
    endPort === undefined ? undefined : (endPortFault(port, endPort) ?? portNumberFault(endPort));
  if (wrongEnd !== undefined) faults.push({ field: `${field}.endPort`, message: wrongEnd });
  return faults;
}

function endPortFault(port: NetworkPolicyPort['port'], endPort: number): string | undefined {
  if (typeof port !== 'number') return `is ${endPort}, but a range begins with a port that is a number`;
  return endPort < port ? `must be at least port, which is ${port}, not ${endPort}` : undefined;
}

function portNumberFault(port: number | undefined): string | undefined {
  return port === undefined || (port >= 1 && port <= 65535) ? undefined : `must be 1 to 65535, not ${port}`;
}

/** IANA_SVC_NAME (RFC 6335 §5.1), as IsValidPortName reads it. */
function portNameFault(name: string): string | undefined {
  if (/^\d+$/.test(name)) return `must be a number without quotes, not ${shown(name)}`;
  const fits = /^(?!-)(?!.*--)(?=.*[a-z])[-a-z0-9]{1,15}(?<!-)$/.test(name);
  return fits
    ? undefined
    : `${shown(name)} is no name of a port: at most 15 of a-z, 0-9 and "-", with a letter, no "-" at either end nor two together`;
}
