import type { KubernetesObject } from '../../core/kubernetes.ts';
import { type Case, type Found, nameOf } from './case.ts';

export const engines = [
  'policy check',
  'opa eval',
  'webhook',
  'Gatekeeper audit',
  'Gatekeeper admission',
  'CRD',
  'ValidatingAdmissionPolicy',
] as const;
export type Engine = (typeof engines)[number];

/** How much of a rule an engine knows, and which of its violations it does not find. */
export type Cell = {
  readonly knows: 'all' | 'part' | 'nothing';
  /** What it does not know and why, a sentence; absent for all. */
  readonly why?: string;
  /** Whether it does not find a violation of a cluster as it is. */
  readonly misses?: (found: Found, one: Case) => boolean;
  /** Whether it lets a request through by this rule, whatever it makes worse. */
  readonly passes?: (one: Case) => boolean;
};

const all: Cell = { knows: 'all' };

function nothing(why: string): Cell {
  return { knows: 'nothing', why, misses: () => true, passes: () => true };
}

function part(why: string, { misses, passes }: Pick<Cell, 'misses' | 'passes'> = {}): Cell {
  return { knows: 'part', why, ...(misses && { misses }), ...(passes && { passes }) };
}

const noCertificates = nothing('CEL reads no certificate, and no other object.');
const oneObject = nothing('CEL sees one object and no other.');
const isOf =
  (...kinds: string[]) =>
  (one: Case) =>
    kinds.includes(subjectOf(one).kind);
const isNotOf =
  (...kinds: string[]) =>
  (one: Case) =>
    !kinds.includes(subjectOf(one).kind);

const secrets: Partial<Record<Engine, Cell>> = {
  webhook: part(
    'It refuses what makes a Secret that nodes serve worse. A node that is made before its Secret is told of it: the operator waits.',
    { passes: isNotOf('Secret') },
  ),
  'Gatekeeper audit': part(
    'Only with `policies/gatekeeper/secrets`, which is off by default: it syncs every Secret of the cluster, keys included.',
  ),
  'Gatekeeper admission': part(
    'It warns of SeiNodes that are made or changed, with `policies/gatekeeper/secrets`; a Secret that changes or goes it does not judge.',
    { passes: () => true },
  ),
  CRD: noCertificates,
  ValidatingAdmissionPolicy: noCertificates,
};

const networks: Partial<Record<Engine, Cell>> = {
  webhook: part(
    'It refuses what a NetworkPolicy, or new labels of a Namespace or Pod, make worse. A SeiNode is told of what is open already. Of several pods it names those it came to first.',
    { passes: isNotOf('NetworkPolicy', 'Namespace', 'Pod') },
  ),
  'Gatekeeper audit': part(
    'What outranks NetworkPolicies is not synced: a port is said to be open for certain, or closed, where `policy check` says that it cannot tell.',
  ),
  'Gatekeeper admission': part(
    "As the webhook, but of a new SeiNode it says nothing, and of a pod that is no node's neither. Gatekeeper's own webhook is not asked about DELETE by default: a policy that goes is then found by the audit. Of an ipBlock whose first address is an exception it cannot name an address that gets in, and lets it through.",
    {
      passes: one =>
        isNotOf('NetworkPolicy', 'Namespace', 'Pod')(one) ||
        isBlockWithoutItsFirst(one) ||
        isPodOfNobody(one),
    },
  ),
  CRD: oneObject,
  ValidatingAdmissionPolicy: oneObject,
};

const table: Readonly<Record<string, Partial<Record<Engine, Cell>>>> = {
  'tls-immutable': {
    'policy check': part('Only with the state before: `--before` or `--against-cluster`.', {
      passes: isNotOf('SeiNode'),
    }),
    'Gatekeeper audit': nothing('An audit has no oldObject: nobody knows what a node was.'),
  },
  'tls-secret': secrets,
  'tls-sans': secrets,
  'label-contract': {
    webhook: part(
      'Nodes and the labels of their pods; of a StatefulSet the audit tells, and of policies it only warns.',
      { passes: isOf('StatefulSet') },
    ),
    'Gatekeeper audit': part(
      "A StatefulSet without its SeiNode whose template has lost the label `sei.io/node` is nobody's, even beside a pod that has it. What is wrong with a StatefulSet without its SeiNode is said of its pod too.",
      { misses: isStatefulSetOfNobody },
    ),
    'Gatekeeper admission': all,
    CRD: nothing('It has no rule on podLabels, which it could not take back from nodes that are there.'),
    ValidatingAdmissionPolicy: part(
      '`spec.podLabels` of SeiNodes; pods are judged beside their node, which it does not see.',
      { passes: isNotOf('SeiNode') },
    ),
  },
  'listener-split': {
    webhook: nothing(
      "These objects are the operator's own writes, which it is not asked about: the audit tells.",
    ),
    'Gatekeeper audit': part('What is wrong with a StatefulSet without its SeiNode is said of its pod too.'),
    'Gatekeeper admission': part('It warns. A pod is not judged as it is made: its StatefulSet was.', {
      passes: () => true,
    }),
    CRD: nothing('It is about SeiNodes.'),
    ValidatingAdmissionPolicy: part(
      'What a Pod or StatefulSet tells by itself; not whether its node has TLS, and no Services.',
    ),
  },
  'netpol-tasks-port': networks,
  'netpol-public-port': networks,
  'netpol-blocked': networks,
  'node-mode': {
    'policy check': part(
      'Over a cluster. A file with such a node cannot be read, as the API server would refuse it: exit code 3.',
    ),
  },
  'node-references': { CRD: oneObject, ValidatingAdmissionPolicy: oneObject },
  'unknown-field': Object.fromEntries(
    (
      ['webhook', 'Gatekeeper audit', 'Gatekeeper admission', 'CRD', 'ValidatingAdmissionPolicy'] as const
    ).map(engine => [
      engine,
      nothing('The API server drops such a field before it asks anybody; it warns whoever sends it.'),
    ]),
  ),
};

/** The rules that have a row. */
export const rows: readonly string[] = Object.keys(table);

/** What an engine knows of a rule. @throws for a rule without a row. */
export function cellOf(rule: string, engine: Engine): Cell {
  const row = table[rule];
  if (row === undefined) throw new Error(`test/parity/table.ts has no row for ${rule}`);
  return row[engine] ?? all;
}

/** What is asked for. */
export function subjectOf({ request }: Case): KubernetesObject {
  return (request?.object ?? request?.oldObject) as KubernetesObject;
}

function isStatefulSetOfNobody({ object }: Found, { objects }: Case): boolean {
  const set = objects.find(each => nameOf(each) === object) as
    | { spec?: { template?: { metadata?: { labels?: object } } } }
    | undefined;
  const labels = set?.spec?.template?.metadata?.labels ?? {};
  return object.startsWith('StatefulSet ') && !Object.hasOwn(labels, 'sei.io/node');
}

function isBlockWithoutItsFirst(one: Case): boolean {
  const text = JSON.stringify(subjectOf(one));
  return [...text.matchAll(/"cidr":"([^"/]+)\/\d+","except":\["([^"/]+)\//g)].some(
    ([, block, except]) => block === except,
  );
}

function isPodOfNobody(one: Case): boolean {
  const { kind, metadata } = subjectOf(one);
  const isItsNode = ({ kind, metadata: node }: KubernetesObject) =>
    kind === 'SeiNode' && node.namespace === metadata.namespace && `${node.name}-0` === metadata.name;
  return kind === 'Pod' && !one.objects.some(isItsNode);
}
