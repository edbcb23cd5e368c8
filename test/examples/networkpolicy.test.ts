import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { exporterPort, seidPorts } from '../../core/listeners.ts';
import { resourceLabels } from '../../core/resources/labels.ts';
import { node } from '../core/resources/nodes.ts';
import { manifest } from '../operator/manifests.ts';

type Labels = Readonly<Record<string, string>>;
type Selector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: 'Exists' }[];
};
type Rule = {
  readonly from?: readonly { readonly namespaceSelector: Selector; readonly podSelector?: Selector }[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
};

const file = join(import.meta.dirname, '../../examples/networkpolicy/networkpolicy.yaml');
const { kind, spec } = load(readFileSync(file, 'utf8')) as {
  kind: string;
  spec: { podSelector: Selector; policyTypes: string[]; ingress: Rule[] };
};

test('the policy selects the pod of every node, and no other, and isolates what comes in alone', t => {
  t.is(kind, 'NetworkPolicy');
  t.true(selects(spec.podSelector, resourceLabels(node())));
  t.false(selects(spec.podSelector, { 'sei.io/chain': 'arctic-1', app: 'seid' }));
  t.deepEqual(spec.policyTypes, ['Ingress']);
});

const controller: Labels = manifest('Deployment').spec.template.metadata.labels;
const controllers = manifest('Deployment').metadata.namespace ?? '';
const { 'control-plane': _, ...half } = controller;
const peers: readonly (readonly [string, string, Labels, readonly number[]])[] = [
  ["the operator's pods", controllers, controller, [8443, 7777]],
  ["another pod of the operator's namespace", controllers, { app: 'other' }, []],
  ["a pod there with one of the operator's labels", controllers, half, []],
  ["a pod elsewhere with the operator's labels", 'default', controller, []],
  ["a pod with them in the nodes' namespace", 'arctic', controller, []],
  ['any pod of monitoring', 'monitoring', { any: 'thing' }, [9100]],
  ["a pod of monitoring with the operator's labels", 'monitoring', controller, [9100]],
  ['another node', 'arctic', resourceLabels(node()), []],
  ['anybody', 'default', {}, []],
];
const open = [...Object.values(seidPorts), exporterPort];
for (const [who, namespace, labels, own] of peers) {
  const reach = own.length === 0 ? 'nothing more' : own.join(' and ');
  test(`${who} may reach what is open to everybody, and ${reach}`, t => {
    const reached = range(65_535).filter(port => lets({ namespace, labels }, port));
    t.deepEqual(
      reached,
      [...open, ...own].toSorted((a, b) => a - b),
    );
  });
}

test('what is let in is TCP, and no list of peers is empty, which would mean everybody', t => {
  for (const { from, ports } of spec.ingress) {
    t.true(ports.length > 0 && ports.every(({ protocol }) => protocol === 'TCP'));
    t.not(from?.length, 0);
  }
});

/** As the API says: any rule, of it any port and any peer, of a peer every selector. */
function lets(peer: { namespace: string; labels: Labels }, port: number): boolean {
  const ofNamespace = { 'kubernetes.io/metadata.name': peer.namespace };
  return spec.ingress
    .filter(({ ports }) => ports.some(allowed => allowed.port === port))
    .some(
      ({ from }) =>
        from === undefined ||
        from.some(
          ({ namespaceSelector, podSelector = {} }) =>
            selects(namespaceSelector, ofNamespace) && selects(podSelector, peer.labels),
        ),
    );
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key }) => key in labels)
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, at) => at + 1);
}
