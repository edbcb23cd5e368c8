import { type KubernetesObject, objectKey } from '../core/kubernetes.ts';
import { defaultTasksPort } from '../core/listeners.ts';
import { decodePod, hasNetwork } from '../core/network/decode-pod.ts';
import type { NetworkPod } from '../core/network/network.ts';
import type { PolicyParameters } from '../core/network/network-policy.ts';
import { targetKey, targetWithoutNode } from '../core/network/targets.ts';
import type { SeiNode } from '../core/seinode.ts';
import {
  type Finding,
  identityOf,
  type Judged,
  networkFinding,
  ordered,
  placesOf,
  whereabouts,
} from './findings.ts';
import type { Gathered } from './gather.ts';
import { networkFindings } from './network-findings.ts';
import { nodeNameOf, templateOf } from './orphans.ts';
import type { Fault, Sourced } from './source/fleet.ts';

/** A Pod or StatefulSet, the node that it would run, and the pod that it is or makes. */
type Orphan = {
  readonly sourced: Sourced<KubernetesObject>;
  readonly node: string;
  readonly pod: NetworkPod;
};

type Judgeable = Pick<Gathered, 'fleet' | 'judge' | 'now'>;

/** The rules that need no more of a node than its pod tells. */
const rules = ['listener-split', 'label-contract'];

/**
 * Asks the rules on listeners, labels and NetworkPolicies about Pods and StatefulSets whose SeiNode is not there. What is
 * wrong with the template of a StatefulSet is not said again of its pods, and a pod that is there is asked about for the
 * network in place of the one that its StatefulSet would make.
 *
 * @param parameters who may connect to the guarded ports.
 */
export function judgeOrphans(
  gathered: Judgeable,
  orphans: readonly Sourced<KubernetesObject>[],
  parameters: PolicyParameters,
): Judged {
  const read = orphans.map(readOrphan);
  const readable = read.flatMap(({ orphan }) => orphan ?? []);
  const groups = Map.groupBy(readable, ({ sourced, node }) =>
    objectKey(sourced.object.metadata.namespace, node),
  );
  const judged = [...groups.values()].flatMap(together => judgeTogether(together, gathered));
  const reached = judgeNetwork(readable, gathered, parameters);
  return {
    checked: judged.flatMap(({ checked }) => checked),
    findings: [...judged, reached].flatMap(({ findings }) => findings).toSorted(byObject),
    faults: [
      ...read.flatMap(({ faults }) => faults),
      ...judged.flatMap(({ faults }) => faults),
      ...reached.faults,
    ],
  };
}

function readOrphan(sourced: Sourced<KubernetesObject>): { orphan?: Orphan; faults: readonly Fault[] } {
  const { object } = sourced;
  const node = nodeNameOf(object) as string;
  if (object.kind === 'Pod') return { orphan: { sourced, node, pod: object as NetworkPod }, faults: [] };
  const { namespace } = object.metadata;
  const template = templateOf(object);
  const made = {
    ...template,
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${node}-0` },
  };
  const { faults, pod } = decodePod(made, namespace);
  return faults.length === 0
    ? { orphan: { sourced, node, pod }, faults: [] }
    : {
        faults: faults.map(({ field, message }) => ({
          ...whereabouts(sourced, `spec.template.${field}`),
          message: `StatefulSet ${objectKey(namespace, node)}: spec.template.${field} ${message}`,
        })),
      };
}

/** What they say of one node. The Service of its name belongs to the StatefulSet, where there is one. */
function judgeTogether(together: readonly Orphan[], gathered: Judgeable): Judged[] {
  const first = together.find(isSet) ?? (together[0] as Orphan);
  const service = gathered.fleet.service(first.pod.metadata.namespace, first.node);
  const judged = judgeOrphan(first, gathered, service);
  const said = new Set(isSet(first) ? judged.findings.map(withoutSubject) : []);
  const others = together
    .filter(orphan => orphan !== first)
    .map(orphan => judgeOrphan(orphan, gathered))
    .map(other => ({ ...other, findings: other.findings.filter(found => !said.has(withoutSubject(found))) }));
  return [judged, ...others];
}

function judgeOrphan(
  { sourced, node, pod }: Orphan,
  { judge, now }: Judgeable,
  service?: Sourced<KubernetesObject>,
): Judged {
  const { object, place } = sourced;
  const violations = judge.violations({
    ...{ now, node: inferredNode(node, pod), inferred: true },
    ...(object.kind === 'Pod' ? { pod: object } : { statefulSet: object }),
    ...(service && { service: service.object }),
  });
  if (!violations.ok) {
    const { kind, namespace, name } = identityOf(object);
    const message = `${kind} ${objectKey(namespace, name)}: ${violations.error}`;
    return { checked: [], findings: [], faults: [{ ...place, message }] };
  }
  const findings = violations.value
    .filter(({ rule }) => rules.includes(rule))
    .map(violation => ({
      ...ordered(violation, identityOf(object), undefined),
      ...whereabouts(violation.details.kind === 'Service' && service ? service : sourced, violation.field),
    }));
  return { checked: [sourced], findings, faults: [] };
}

/** As much of a node as its pod tells: whether TLS is on, and where tasks are taken. */
function inferredNode(name: string, { metadata, spec = {} }: NetworkPod): SeiNode {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const ports = containers.flatMap(({ ports = [] }) => ports);
  const tls =
    containers.some(container => container.name === 'kube-rbac-proxy') || ports.some(isNamed('api'));
  const sidecar = {
    port: ports.find(isNamed('sidecar'))?.containerPort ?? defaultTasksPort,
    ...(tls && { tls: { secretName: 'not in sight' } }),
  };
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name, namespace: metadata.namespace } },
    spec: { sidecar } as SeiNode['spec'],
  };
}

function judgeNetwork(
  orphans: readonly Orphan[],
  gathered: Judgeable,
  parameters: PolicyParameters,
): Pick<Judged, 'findings' | 'faults'> {
  const live = orphans.filter(orphan => !isSet(orphan) && hasNetwork(orphan.pod));
  const made = orphans.filter(isSet);
  // What is there takes the place of what would be made.
  const asked = new Map([...made, ...live].map(orphan => [targetKey(targetWithoutNode(orphan.pod)), orphan]));
  const targets = [...asked.values()].map(({ pod }) => targetWithoutNode(pod));
  const found = networkFindings(gathered, targets, parameters);
  if (!found.ok) return { findings: [], faults: [{ message: `NetworkPolicies: ${found.error}` }] };
  const places = placesOf(gathered.fleet);
  return {
    findings: [...asked].flatMap(([key, { sourced }]) =>
      (found.value.get(key) ?? []).map(finding => networkFinding(sourced, finding, places)),
    ),
    faults: [],
  };
}

function isNamed(wanted: string): (port: { readonly name?: string }) => boolean {
  return ({ name }) => name === wanted;
}

function isSet({ sourced }: Orphan): boolean {
  return sourced.object.kind === 'StatefulSet';
}

/** What a finding says of any object: messages begin with which it is. */
function withoutSubject({ rule, message }: Finding): string {
  return `${rule} ${message.replace(/^\w+ \S+: /, '')}`;
}

function byObject({ object: a }: Finding, { object: b }: Finding): number {
  const [left, right] = [a, b].map(({ namespace, name, kind }) => `${namespace} ${name} ${kind}`) as [
    string,
    string,
  ];
  return left < right ? -1 : Number(left > right);
}
