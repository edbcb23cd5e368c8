import type { KubernetesObject } from '../../../core/kubernetes.ts';
import type { NetworkPolicy } from '../../../core/network/network-policy.ts';
import type { Case as Sample } from '../../../scripts/gatekeeper/cases/objects.ts';
import { casesOf } from '../../../scripts/gatekeeper/cases.ts';
import { seeded } from '../../core/x509/random.ts';
import { spoiltPods } from '../../integration/vap/spoilt.ts';
import { pods, template } from '../../netpol/mutated.ts';
import { mutations } from '../../netpol/mutations.ts';
import { mistakesOfServices } from '../../policies/mistakes.ts';
import { objectsOf } from '../../policies/workload.ts';
import { type Case, nameOf, type Request } from '../case.ts';
import { generatedCases } from './generated.ts';
import { namespace, namespaces, node } from './objects.ts';
import { runs } from './runs.ts';
import { tlsCases } from './tls.ts';

const secured = node();
const nodes = [secured, node({ sidecar: {} }, 'n1')];

const sidecars = [{}, { port: 7000 }, { tls: { secretName: 'p0-tls' } }, { tls: { secretName: 'other' } }];

/** Requests that somebody makes, over the clusters they are made in. */
export const requestCases: readonly Case[] = [
  ...samples([
    'tls-immutable',
    'label-contract',
    'listener-split',
    'netpol-tasks-port',
    'netpol-public-port',
    'netpol-blocked',
    'node-mode',
    'node-references',
  ]),
  ...edits(),
  ...renewals(),
  ...relabelled(),
  ...generatedCases.flatMap(generatedRequests),
];

/** Those of the Gatekeeper bundle. */
function samples(rules: readonly string[]): Case[] {
  return rules.flatMap(rule =>
    casesOf(rule).flatMap(({ name, object, inventory }: Sample) => {
      const { request } = object as { request?: Request };
      if (request === undefined) return [];
      const objects = withNamespaces(inventory as KubernetesObject[]);
      const { operation, object: after, oldObject } = request;
      const asked = { operation, ...(after && { object: after }), ...(oldObject && { oldObject }) };
      return [{ name: `${rule}: ${name}`, objects, request: asked }];
    }),
  );
}

/** Every mistake in the template as somebody makes it, and as somebody takes it back. */
function edits(): Case[] {
  const around = [...namespaces, ...nodes, ...pods] as KubernetesObject[];
  return mutations.flatMap(({ mistake, policies }) => {
    const mistaken = policies(template);
    return [
      ...change(mistake, around, [template], mistaken),
      ...change(`${mistake}, taken back`, around, mistaken, [template]),
    ];
  });
}

/** The one request that makes of some policies others; none where it takes more than one. */
function change(
  name: string,
  around: readonly KubernetesObject[],
  before: readonly NetworkPolicy[],
  after: readonly NetworkPolicy[],
): Case[] {
  const [former, later] = [before, after].map(all => new Map(all.map(each => [nameOf(each), each])));
  const changed = [...new Set([...former!.keys(), ...later!.keys()])].filter(
    key => JSON.stringify(former!.get(key)) !== JSON.stringify(later!.get(key)),
  );
  const [key] = changed;
  if (key === undefined || changed.length > 1) return [];
  return [{ name, objects: [...around, ...before], request: requestOf(former!.get(key), later!.get(key)) }];
}

/** A Secret that was good becomes what the cases of TLS say, and goes. */
function renewals(): Case[] {
  const good = secretsIn(tlsCases.find(({ name }) => name === 'TLS: certificate good')!)[0]!;
  const objects = [...namespaces, secured, good];
  return [
    { name: 'the Secret goes', objects, request: requestOf(good, undefined) },
    ...tlsCases.flatMap(one => {
      const [secret] = secretsIn(one);
      return secret && nameOf(secret) === nameOf(good)
        ? [{ name: `${one.name}, once it was good`, objects, request: requestOf(good, secret) }]
        : [];
    }),
  ];
}

function secretsIn({ objects }: Case): KubernetesObject[] {
  return objects.filter(({ kind }) => kind === 'Secret');
}

/** What a node runs as is written anew. */
function relabelled(): Case[] {
  const good = objectsOf(secured);
  const objects = [...namespaces, secured, good.pod, good.statefulSet, good.service] as KubernetesObject[];
  return [
    ...spoiltPods(35, runs).flatMap(({ what, pod, statefulSet }, index) => [
      {
        name: `pod: ${what}`,
        objects,
        request: index % 2 ? requestOf(good.pod, pod) : requestOf(good.statefulSet, statefulSet),
      },
    ]),
    ...mistakesOfServices.map(([what, make]) => {
      const spoilt = objectsOf(secured);
      make(spoilt);
      return { name: `Service: ${what}`, objects, request: requestOf(good.service, spoilt.service) };
    }),
  ];
}

/** Of a generated network: policies, labels of namespaces and pods, and nodes change. */
function generatedRequests({ name, objects, parameters }: Case, index: number): Case[] {
  const random = seeded(index);
  const of = (kind: string) => objects.filter(object => object.kind === kind);
  const policies = of('NetworkPolicy') as NetworkPolicy[];
  const [one, other] = [random.pick(policies), random.pick(policies)];
  const labels = () => ({ [random.pick(['app', 'role', 'tier'])]: random.pick(['a', 'b']) });
  const [space, pod, live] = [
    random.pick(of('Namespace')),
    random.pick(of('Pod')),
    random.pick(of('SeiNode')),
  ];
  const made: readonly (readonly [string, KubernetesObject | undefined, KubernetesObject | undefined])[] = [
    ['a policy is edited', one, { ...one, ...(other.spec && { spec: other.spec }) } as NetworkPolicy],
    ['a policy goes', one, undefined],
    [
      'a policy comes',
      undefined,
      { ...one, metadata: { ...one.metadata, name: 'new', namespace: other.metadata.namespace } },
    ],
    ['a namespace is relabelled', space, namespace(space.metadata.name, labels())],
    [
      'a pod is relabelled',
      pod,
      { ...pod, metadata: { ...pod.metadata, labels: { ...nodeLabel(pod), ...labels() } } },
    ],
    ['a node is edited', live, edited(live, { podLabels: labels() })],
    ["a node's TLS is edited", live, edited(live, { sidecar: random.pick(sidecars) })],
  ];
  return made.map(([what, before, after]) => ({
    ...{ name: `${name}: ${what}`, objects, request: requestOf(before, after) },
    ...(parameters && { parameters }),
  }));
}

function nodeLabel({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const label = metadata.labels?.['sei.io/node'];
  return label === undefined ? {} : { 'sei.io/node': label };
}

function edited(live: KubernetesObject, more: object): KubernetesObject {
  const { spec } = live as unknown as { spec: object };
  return { ...live, spec: { ...spec, ...more } } as KubernetesObject;
}

function requestOf(oldObject: KubernetesObject | undefined, object: KubernetesObject | undefined): Request {
  const operation = oldObject === undefined ? 'CREATE' : object === undefined ? 'DELETE' : 'UPDATE';
  return { operation, ...(object && { object }), ...(oldObject && { oldObject }) };
}

function withNamespaces(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const there = new Set(objects.map(nameOf));
  return [...namespaces.filter(each => !there.has(nameOf(each))), ...objects];
}
