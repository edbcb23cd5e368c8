import { isIPv6 } from 'node:net';
import pLimit from 'p-limit';
import { failure, type Result, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';
import { nodeStatus } from '../rpc/comet.ts';
import { peerAddress } from './address.ts';

/** Where peers are looked for: what the operator and the published one send. */
export type PeerSource = {
  readonly type: 'static' | 'dnsEndpoints' | 'ec2Tags';
  readonly addresses?: readonly string[];
  readonly endpoints?: readonly string[];
};

/** The peers that were found, and a clause for each place that gave none. */
export type FoundPeers = { readonly peers: readonly string[]; readonly silent: readonly string[] };

const [p2pPort, rpcPort] = [26656, 26657];
const atOnce = 16;

/** Why sources cannot be looked at, however often: each fault with what would be right; empty where they can. */
export function sourceFaults(sources: readonly PeerSource[]): string[] {
  return sources.flatMap((source, at) => faultsOf(source).map(fault => `sources[${at}] ${fault}`));
}

/** Looks at every source, at many places at once. */
export async function findPeers(sources: readonly PeerSource[], signal: AbortSignal): Promise<FoundPeers> {
  const limit = pLimit(atOnce);
  const endpoints = [...new Set(sources.flatMap(({ endpoints = [] }) => endpoints))];
  const asked = endpoints.map(endpoint => limit(() => peerAt(endpoint, signal)));
  const answers = await Promise.all(asked);
  const found = answers.flatMap(answer => (answer.ok ? [answer.value] : []));
  return {
    peers: [...sources.flatMap(({ addresses = [] }) => addresses), ...found],
    silent: answers.flatMap(answer => (answer.ok ? [] : [answer.error])),
  };
}

async function peerAt(endpoint: string, signal: AbortSignal): Promise<Result<string>> {
  const host = isIPv6(endpoint) ? `[${endpoint}]` : endpoint;
  const status = await nodeStatus(`${host}:${rpcPort}`, signal);
  return status.ok
    ? success(`${status.value.id}@${host}:${p2pPort}`)
    : failure(`${host}:${rpcPort} ${status.error}`);
}

function faultsOf({ type, addresses = [], endpoints = [] }: PeerSource): string[] {
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
      return ['is ec2Tags, which this sidecar does not serve: name the peers as static or by a label'];
  }
}
