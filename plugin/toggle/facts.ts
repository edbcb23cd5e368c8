import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { listAll } from '../../cluster/list.ts';
import {
  networkPolicies,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  seiNodes,
  statefulSets,
} from '../../cluster/resource.ts';
import type { NetworkPolicy } from '../../core/network/network-policy.ts';
import { dataClaimName } from '../../core/resources/names.ts';
import { failure } from '../../core/result.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { longestLabel } from '../../core/toggle/config-map.ts';
import type { Facts } from '../../core/toggle/facts.ts';
import { manifestOf, withTLS } from '../../core/toggle/manifest.ts';
import { operatorOf } from '../../core/toggle/operator.ts';
import {
  isDenied,
  rightOverClaim,
  rightOverVolume,
  rightsOverNode,
  rightToReadVolumes,
} from '../../core/toggle/rights.ts';
import type { Seen } from '../../core/toggle/seen.ts';
import { readNamedNodes } from '../source/cluster.ts';
import { dryRunOf } from './dry-run.ts';
import { networkFacts } from './network-facts.ts';
import { findOperators, readDefaultSize, tolerated } from './operators.ts';
import { readSecret } from './read-secret.ts';
import { Rights } from './rights.ts';
import { secretFacts } from './secret-facts.ts';

/** Which toggle is asked about. */
export type FactsRequest = Pick<Facts, 'namespace' | 'name' | 'to' | 'verify' | 'ignoreDefaultSize' | 'now'>;

type Claim = NonNullable<Seen['claim']>;
type Volume = NonNullable<Seen['volume']>;

/**
 * Asks a cluster for all that `preflight` goes by: at most 19 requests, in three rounds. Nothing is changed.
 *
 * @returns what the caller may not do is among it. @throws ClusterError where the cluster does not answer, or what it has
 * cannot be understood.
 */
export async function gatherFacts(client: Client, request: FactsRequest): Promise<Facts> {
  const { namespace, name } = request;
  const rights = new Rights(client);
  const { node, ...first } = await readFirst(client, rights, request);
  const { denied } = rights;
  if (node !== undefined)
    return { ...request, denied, ...(await readRest(client, rights, request, { node, ...first })) };
  const { seen } = first;
  const isHidden = isDenied(denied, 'get', 'seinodes');
  const volume = isHidden ? await readVolume(rights, namespace, `data-${name}`) : nothing;
  return { ...request, denied, ...unknown, seen: { node, ...seen, ...volume } };
}

type First = Awaited<ReturnType<typeof readFirst>>;

/** All that can be asked without knowing the node. */
async function readFirst(client: Client, rights: Rights, request: FactsRequest) {
  const { namespace, name, to, verify } = request;
  const [node, statefulSet, found = [], lookup, policies, operators] = await Promise.all([
    rights.reading({ verb: 'get', resource: seiNodes, namespace, name }, () => readNode(client, request)),
    rights.get<NonNullable<Seen['statefulSet']>>(statefulSets, name, namespace),
    readPods(rights, namespace, name),
    to === null ? undefined : readSecret(client, rights, namespace, to),
    tolerated(() => readPolicies(client, namespace)),
    findOperators(client),
    rights.review(...rightsOverNode(namespace, name, verify)),
  ]);
  return { node, seen: { statefulSet, pods: found, verified: false }, lookup, policies, operators };
}

async function readRest(
  client: Client,
  rights: Rights,
  { namespace, to, now }: FactsRequest,
  { node, seen, lookup, policies, operators }: First & { readonly node: SeiNode },
): Promise<Omit<Facts, keyof FactsRequest | 'denied'>> {
  const claimName = dataClaimName(node);
  const wanted = withTLS(manifestOf(node, claimName), to);
  const mayCreate = !isDenied(rights.denied, 'create', 'seinodes');
  const [volume, dryRun, defaultSize] = await Promise.all([
    readVolume(rights, namespace, claimName),
    mayCreate ? dryRunOf(client, wanted) : undefined,
    readDefaultSize(client, operators, node),
  ]);
  return {
    seen: { node, ...seen, ...volume },
    dryRun,
    secret: lookup && secretFacts({ ...node, spec: wanted.spec }, lookup, now),
    network: policies.ok ? networkFacts(policies.value, { ...node, spec: wanted.spec }) : undefined,
    operator: operatorOf(operators.ok ? operators.value : [], node),
    defaultSize,
  };
}

/** Of a node that is not there nothing more is asked. */
const unknown = {
  dryRun: undefined,
  network: undefined,
  secret: undefined,
  operator: 'unknown',
  defaultSize: failure('it was not asked for'),
} as const;

const nothing = { claim: undefined, volume: undefined } as const;

async function readNode(client: Client, key: FactsRequest): Promise<SeiNode | undefined> {
  const { nodes, faults } = await readNamedNodes(client, [key]);
  const [fault] = faults;
  if (fault) throw new ClusterError(`${fault.message}: the node cannot be made again from it`);
  return nodes[0]?.object;
}

/** @returns undefined where the caller may not. */
async function readPods(rights: Rights, namespace: string, name: string): Promise<Seen['pods'] | undefined> {
  return name.length > longestLabel ? [] : rights.list(pods, namespace, `sei.io/node=${name}`);
}

async function readPolicies(client: Client, namespace: string): Promise<readonly NetworkPolicy[]> {
  const { items } = await listAll(client, { resource: networkPolicies, namespace });
  return items as unknown as readonly NetworkPolicy[];
}

/** The claim and what is behind it, and whether both may be written. */
async function readVolume(
  rights: Rights,
  namespace: string,
  claimName: string,
): Promise<Pick<Seen, 'claim' | 'volume'>> {
  const [claim] = await Promise.all([
    rights.get<Claim>(persistentVolumeClaims, claimName, namespace),
    rights.review(rightOverClaim(namespace, claimName)),
  ]);
  const name = claim?.spec?.volumeName;
  if (name === undefined) {
    // Its name is not known: whether it might be read is asked, so that all that is missing is said at once.
    const isHidden = ['seinodes', 'persistentvolumeclaims'].some(kind =>
      isDenied(rights.denied, 'get', kind),
    );
    await rights.review(...(isHidden ? [rightToReadVolumes, rightOverVolume()] : []));
    return { claim, volume: undefined };
  }
  const [volume] = await Promise.all([
    rights.get<Volume>(persistentVolumes, name),
    rights.review(rightOverVolume(name)),
  ]);
  return { claim, volume };
}
