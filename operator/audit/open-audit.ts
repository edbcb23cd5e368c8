import type { Client } from '../../cluster/client.ts';
import {
  apiVersionOf,
  namespaces,
  networkPolicies,
  pods,
  seiNodes,
  services,
  statefulSets,
} from '../../cluster/resource.ts';
import type { FindingsJudge } from '../../core/findings/judgeable.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { Network } from '../../core/network/network.ts';
import { defaultParameters } from '../../core/network/network-policy.ts';
import { isPrincipal } from '../../core/network/surroundings.ts';
import { byKey } from '../../core/order.ts';
import { success } from '../../core/result.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { keyOf } from '../../core/watch/change.ts';
import type { Caches } from '../caches.ts';
import type { Gate } from '../gate.ts';
import { clock } from '../leader-election/fence.ts';
import type { Objects } from '../objects.ts';
import type { Basis, KnownNetwork } from '../posture/known-network.ts';
import type { Recorder } from '../recorder.ts';
import { waiting } from '../waiting.ts';
import { Announcer } from './announcer.ts';
import { Audit } from './audit.ts';
import { type Audited, type Judging, judgeNamespace } from './judge-namespace.ts';
import { PrincipalPods } from './principal-pods.ts';
import { Reports } from './reports.ts';
import { survey } from './survey.ts';

export type AuditParts = {
  readonly client: Client;
  readonly caches: Pick<Caches, 'stores' | 'trouble'>;
  readonly objects: Objects;
  readonly gate: Gate;
  readonly judge: FindingsJudge;
  readonly recorder: Recorder;
  readonly known: () => KnownNetwork | undefined;
  /** Whether a namespace is worked here. */
  readonly works: (namespace: string) => boolean;
  readonly signal: AbortSignal;
  /** Told of what is worth a line and stops nothing. */
  readonly troubled: (where: string, error: unknown) => void;
};

/** The audit over the operator's caches, and who tells of it: Events, and reports where there is a kind for them. */
export function openAudit(parts: AuditParts): Audit {
  const { client, caches, recorder, known, signal, troubled } = parts;
  const cached = (key: string) => caches.stores.get(seiNodes)?.get(key) as SeiNode | undefined;
  const announcer = new Announcer({
    node: cached,
    record: (object, events) => recorder.record(object, events),
    wait: milliseconds => waiting(milliseconds, signal),
    signal,
  });
  const reports = new Reports({
    client,
    now: () => clock.date() / 1000,
    works: parts.works,
    isGoing: name => isGoing(caches.stores.get(namespaces)?.get(objectKey('', name))),
    failed: error => troubled('reports of findings', error),
  });
  const principals = new PrincipalPods({
    ...{ client, signal, now: clock.now },
    changed: () => audit.touchAll(),
  });
  const audit: Audit = new Audit({
    ...{ clock, known, signal, works: parts.works },
    namespaces: () => namespacesOf(caches.stores),
    judge: (namespace, basis) => judgeIn(namespace, basis, principals, parts),
    judged: (namespace, audited) => {
      announcer.judged(audited);
      reports.judged(namespace, audited);
    },
    ran: () => void reports.look().catch(error => troubled('reports of findings', error)),
    incomplete: why => {
      if (why.length > 0) troubled('the audit, which may lack findings', new Error(shortened(why)));
    },
    failed: (namespace, error) => troubled(`the audit of the namespace ${namespace}`, error),
  });
  return audit;
}

function* namespacesOf(stores: Caches['stores']): Generator<string> {
  for (const resource of [seiNodes, pods, statefulSets]) {
    for (const object of stores.get(resource)?.values() ?? []) yield keyOf(object).split('/')[0]!;
  }
}

async function judgeIn(
  namespace: string,
  known: KnownNetwork,
  principals: PrincipalPods,
  { objects, gate, judge, caches }: AuditParts,
): Promise<Audited> {
  const network = known.facts === undefined ? sortedNetwork(known) : unknownNetwork;
  const unread = [seiNodes, pods, statefulSets, services].flatMap(resource => caches.trouble(resource) ?? []);
  const judging: Judging & { unjudged: { message: string }[] } = {
    ...{ judge, now: new Date(clock.date()).toISOString(), parameters: defaultParameters },
    ...(known.facts === undefined
      ? { parameters: known.parameters }
      : { judge: { ...judge, networkViolations: () => success([]) } }),
    unjudged: unread.map(message => ({ message })),
  };
  if (known.facts === undefined) {
    const { parameters } = known;
    const theirs = [...network.namespaces].filter(([, labels]) => isPrincipal(labels, parameters));
    await principals.follow(theirs.map(([name]) => name));
    judging.unjudged.push(...principals.troubles().map(message => ({ message })));
  } else judging.unjudged.push({ message: `NetworkPolicies: ${known.facts.message}` });
  const surveyed = await survey(namespace, { objects, gate, network, principals: principals.pods() });
  return judgeNamespace(surveyed, judging);
}

type Around = Omit<Network, 'pods'>;

const unknownNetwork: Around = { policies: [], namespaces: new Map(), caveats: [] };

/** In the order in which `policy check` has them: of two policies alike the first is named. */
function sortedNetwork({ network }: Basis): Around {
  const { policies, namespaces, caveats } = network();
  const typed = policies.map(policy => ({
    ...policy,
    ...{ apiVersion: apiVersionOf(networkPolicies), kind: networkPolicies.kind },
  }));
  return { policies: typed.toSorted(byKey), namespaces, caveats };
}

function isGoing(namespace: unknown): boolean {
  return (namespace as SeiNode | undefined)?.metadata.deletionTimestamp !== undefined;
}

function shortened(why: readonly string[]): string {
  const more = why.length > 3 ? ` (and ${why.length - 3} more)` : '';
  return `${why.slice(0, 3).join('; ')}${more}`;
}
