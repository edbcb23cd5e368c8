import test from 'ava';
import { manifests, node } from './reach-network.ts';
import { invoke } from './terminal.ts';

const [open = ''] = manifests.split('---\napiVersion: networking');
const unread = `---
apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkPolicy
metadata: {name: all}
spec: {}
`;

/** [title, manifests, what `list` shows of n0 and n1, what its JSON says] */
const cases: readonly (readonly [string, string, readonly string[], readonly unknown[]])[] = [
  [
    'without a policy both ports',
    open,
    ['8443,9100', '8443,9100'],
    [
      [8443, 9100],
      [8443, 9100],
    ],
  ],
  ['with one what it opens beyond who may', manifests, ['8443', '-'], [[8443], []]],
  [
    'what another kind of policy may close or open is not known',
    manifests + unread,
    ['8443,9100?', '8443?,9100?'],
    [[8443], 'unknown'],
  ],
];
for (const [types, exposed] of [
  ['[Egress]', '8443,9100'],
  ['[Egress, Ingress]', '-'],
  ['[]', '-'],
]) {
  test(`EXPOSED: a policy with policyTypes ${types} and an egress rule leaves ${exposed}`, async t => {
    const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: arctic}
spec: {podSelector: {}, policyTypes: ${types}, egress: [{}]}`;
    const { out } = await invoke('list -f - --no-headers', `${open}\n${policy}`);
    t.is(out.split('\n')[0]?.split(/ {2,}/).at(-2), exposed);
  });
}

for (const [title, input, cells, exposed] of cases) {
  test(`EXPOSED: ${title}`, async t => {
    const { out } = await invoke('list -f - --no-headers', input);
    const rows = out.trimEnd().split('\n');
    t.deepEqual(
      rows.map(row => row.split(/ {2,}/).at(-2)),
      cells,
    );
    const { items } = JSON.parse((await invoke('list -f - -o json', input)).out);
    t.deepEqual(
      items.map(({ exposed }: { exposed: unknown }) => exposed),
      exposed,
    );
  });
}

test('without TLS the tasks port itself is exposed, wherever it is', async t => {
  const { out } = await invoke('list -f - --no-headers', node('n0', 'sidecar: {port: 7070}'));
  t.regex(out, / 7070,9100 /);
});

test('inspect says who can connect to each guarded port, and through what', async t => {
  const { out } = await invoke('inspect n0 -f -', manifests);
  const [, tasks = '', rest = ''] = out.split(/^Who can connect to \d+ \(.*\)\n/m);
  const [health = ''] = rest.split('\n\n');
  const kinds = (rows: string) => [...rows.matchAll(/^ {2}([a-z]+) /gm)].map(([, kind]) => kind);
  t.deepEqual(kinds(tasks), ['controller', 'exposed', 'exposed', 'unknown', 'closed']);
  t.deepEqual(kinds(health), ['monitoring', 'unknown', 'closed']);
  const { reach } = JSON.parse((await invoke('inspect n0 -f - -o json', manifests)).out);
  t.deepEqual(reach, JSON.parse((await invoke('netpol reach n0 -f - -o json', manifests)).out).items);
});
