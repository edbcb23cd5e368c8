import { isIPv6 } from 'node:net';
import pLimit from 'p-limit';
import { failure, type Result, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';
import { nodeStatus } from '../rpc/comet.ts';
import { peerAddress } from './address.ts';
import { ec2Addresses } from './ec2.ts';

/** Where peers are looked for: what the operator and the published one send. */
export type PeerSource = {
  readonly type: 'static' | 'dnsEndpoints' | 'ec2Tags';
  readonly addresses?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
};

/** The peers that were found, and a clause for each place that gave none. */
export type FoundPeers = { readonly peers: readonly string[]; readonly silent: readonly string[] };

const [p2pPort, rpcPort] = [26656, 26657];
const atOnce = 64;

/** Why sources cannot be looked at, however often: each fault with what would be right; empty where they can. */
export function sourceFaults(sources: readonly PeerSource[]): string[] {
  return sources.flatMap((source, at) => faultsOf(source).map(fault => `sources[${at}] ${fault}`));
}

/**
 * Looks at every source, at many places at once. A host that is silent is passed over; without an answer of EC2 nobody
 * knows which peers would be left out: that is a failure. @throws the signal's reason.
 */
export async function findPeers(
  sources: readonly PeerSource[],
  signal: AbortSignal,
): Promise<Result<FoundPeers>> {
  const named = await Promise.all(sources.map(source => hostsOf(source, signal)));
  const faults = named.flatMap(each => (each.ok ? [] : [each.error]));
  if (faults.length > 0) return failure(faults.join('; '));
  const hosts = named.flatMap(each => (each.ok ? each.value.hosts : []));
  const limit = pLimit(atOnce);
  const answers = await Promise.all([...new Set(hosts)].map(host => limit(() => peerAt(host, signal))));
  const found = answers.flatMap(answer => (answer.ok ? [answer.value] : []));
  return success({
    peers: [...sources.flatMap(({ addresses = [] }) => addresses), ...found],
    silent: [...named, ...answers].flatMap(silenceOf),
  });
}

/** The hosts of a source, or a clause on why it has none. */
type Hosts = { readonly hosts: readonly string[]; readonly silent?: string };

async function hostsOf(source: PeerSource, signal: AbortSignal): Promise<Result<Hosts>> {
  const { type, endpoints = [], region = '', tags = {} } = source;
  if (type !== 'ec2Tags') return success({ hosts: endpoints });
  const answer = await ec2Addresses({ region, tags }, signal);
  if (!answer.ok) return answer;
  const pairs = Object.entries(tags).map(([key, value]) => shown(`${key}=${value}`));
  const silent = `no running instance in ${region} has the tags ${pairs.join(', ')}`;
  return success({ hosts: answer.value, ...(answer.value.length === 0 && { silent }) });
}

async function peerAt(endpoint: string, signal: AbortSignal): Promise<Result<string>> {
  const host = isIPv6(endpoint) ? `[${endpoint}]` : endpoint;
  const status = await nodeStatus(`${host}:${rpcPort}`, signal);
  return status.ok
    ? success(`${status.value.id}@${host}:${p2pPort}`)
    : failure(`${host}:${rpcPort} ${status.error}`);
}

function silenceOf(answer: Result<Hosts | string>): string[] {
  if (!answer.ok) return [answer.error];
  return typeof answer.value === 'object' && answer.value.silent ? [answer.value.silent] : [];
}

function faultsOf({ type, addresses = [], endpoints = [], region, tags = {} }: PeerSource): string[] {
  switch (type) {
    case 'static':
      if (addresses.length === 0) return ['is static and has no addresses'];
      return addresses
        .filter(address => peerAddress(address) === undefined)
        .map(address => `has the address ${shown(address)}; it must be NODE_ID@HOST:PORT`);
    case 'dnsEndpoints':
      if (endpoints.length === 0) return ['is dnsEndpoints and has no endpoints'];
      return endpoints
        .filter(endpoint => !isIPv6(endpoint) && !/^[\w.-]{1,253}$/.test(endpoint))
        .map(endpoint => `has the endpoint ${shown(endpoint)}; it must be the name or address of a host`);
    case 'ec2Tags':
      return ec2Faults(region, tags);
  }
}

/** The region becomes part of a host name, and without a tag every instance of the account would be a peer. */
function ec2Faults(region: string | undefined, tags: object): string[] {
  const isRegion = region !== undefined && /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(region);
  return [
    ...(isRegion
      ? []
      : [`is ec2Tags and has the region ${shown(region)}; it must be one such as eu-central-1`]),
    ...(Object.keys(tags).length > 0 ? [] : ['is ec2Tags and has no tags']),
  ];
}
