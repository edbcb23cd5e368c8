import type { NetworkPolicyPort } from './network-policy.ts';
import type { Target } from './targets.ts';

/**
 * The entries of a rule without one TCP port, everything else as open as before; none left where it was for that port
 * alone. A rule without entries is for every port of every protocol.
 *
 * @param target says which port a name stands for.
 */
export function withoutPort(
  entries: readonly NetworkPolicyPort[] | undefined,
  port: number,
  target: Pick<Target, 'containers' | 'initContainers'>,
): NetworkPolicyPort[] {
  const given = entries?.length ? entries : everything;
  return given.flatMap(entry => without(entry, port, target));
}

const everything: readonly NetworkPolicyPort[] = [
  { protocol: 'TCP' },
  { protocol: 'UDP' },
  { protocol: 'SCTP' },
];

function without(
  entry: NetworkPolicyPort,
  port: number,
  target: Pick<Target, 'containers' | 'initContainers'>,
): NetworkPolicyPort[] {
  if ((entry.protocol ?? 'TCP') !== 'TCP') return [entry];
  if (typeof entry.port === 'string') return named(entry.port, target).includes(port) ? [] : [entry];
  const first = entry.port ?? 1;
  const last = entry.endPort ?? entry.port ?? 65535;
  if (port < first || port > last) return [entry];
  return [...range(entry, first, port - 1), ...range(entry, port + 1, last)];
}

function range({ protocol }: NetworkPolicyPort, first: number, last: number): NetworkPolicyPort[] {
  const entry = { ...(protocol && { protocol }), port: first };
  if (first > last) return [];
  return [first === last ? entry : { ...entry, endPort: last }];
}

function named(
  name: string,
  { containers, initContainers }: Pick<Target, 'containers' | 'initContainers'>,
): number[] {
  return [...containers, ...initContainers]
    .flatMap(({ ports = [] }) => ports)
    .filter(given => given.name === name)
    .map(({ containerPort }) => containerPort);
}

/** Entries for TCP ports. */
export function tcp(ports: readonly number[]): NetworkPolicyPort[] {
  return ports.map(port => ({ protocol: 'TCP', port }));
}
