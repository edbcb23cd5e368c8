import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { reachFormats } from '../../plugin/options.ts';
import { temporaryDirectory } from '../directory.ts';
import { manifests, node, pod } from './reach-network.ts';
import { objections } from './schemas.ts';
import { invoke } from './terminal.ts';

const manager = 'sei-k8s-controller-system/manager';
const why = 'it is on the network of its machine, whose address no selector means';
const agent = { from: 'default/agent', why };

test('-o json says of each pod and port who can connect, who cannot, of whom nobody knows, and why', async t => {
  const { code, out } = await invoke('netpol reach -f - -o json', manifests);
  t.is(code, 0);
  const document = JSON.parse(out);
  t.deepEqual(objections(document), []);
  t.deepEqual(document.items, [
    {
      to: 'arctic/n0-0',
      port: 8443,
      isolated: true,
      from: ['default/curl', manager],
      denied: ['monitoring/prometheus'],
      unknown: [agent],
      because: [
        { from: 'default/curl', policy: 'arctic/legacy', rule: 0, peer: 0 },
        { from: manager, policy: 'arctic/sidecar', rule: 0, peer: 0 },
      ],
    },
    {
      to: 'arctic/n0-0',
      port: 9100,
      isolated: true,
      from: ['monitoring/prometheus'],
      denied: ['default/curl', manager],
      unknown: [agent],
      because: [{ from: 'monitoring/prometheus', policy: 'arctic/sidecar', rule: 1, peer: 0 }],
    },
    {
      to: 'arctic/n1-0',
      port: 8443,
      isolated: true,
      from: [manager],
      denied: ['arctic/n0-0', 'default/curl', 'monitoring/prometheus'],
      unknown: [agent],
      because: [{ from: manager, policy: 'arctic/sidecar', rule: 0, peer: 0 }],
    },
    {
      to: 'arctic/n1-0',
      port: 9100,
      isolated: true,
      from: ['monitoring/prometheus'],
      denied: ['arctic/n0-0', 'default/curl', manager],
      unknown: [agent],
      because: [{ from: 'monitoring/prometheus', policy: 'arctic/sidecar', rule: 1, peer: 0 }],
    },
  ]);
});

test('-o yaml says the same, -o name names the nodes, and nothing at all is a report as well', async t => {
  const json = await invoke('netpol reach -f - -o json', manifests);
  t.deepEqual(parse((await invoke('netpol reach -f - -o yaml', manifests)).out), JSON.parse(json.out));
  t.is((await invoke('netpol reach -f - -o name', manifests)).out, 'seinode.sei.io/n0\nseinode.sei.io/n1\n');
  const alone = pod('default', 'curl', '{}', '10.0.0.3');
  for (const format of ['json', 'yaml']) {
    const { out } = await invoke(`netpol reach -f - -o ${format}`, alone);
    t.deepEqual(parse(out), { apiVersion: 'seinode.sei.io/v1', kind: 'ReachReport', items: [] });
  }
});

test('NODE:PORT asks for one port of one node', async t => {
  const { out } = await invoke('netpol reach n0:26657 -f - -o json', manifests);
  t.deepEqual(
    JSON.parse(out).items.map(({ to, port, denied }: never) => [to, port, (denied as string[]).length]),
    [['arctic/n0-0', 26657, 3]],
  );
});

test('--from IP answers for the address beside the pods; that of a pod is the pod', async t => {
  const command = 'netpol reach n0 -f - -o json --from 203.0.113.7 --from 10.0.0.3';
  const { code, out } = await invoke(command, manifests);
  t.is(code, 1);
  const document = JSON.parse(out);
  t.deepEqual(objections(document), []);
  t.deepEqual(
    document.items.map(({ ips }: { ips: object }) => ips),
    [
      { '203.0.113.7': true, '10.0.0.3': true },
      { '203.0.113.7': false, '10.0.0.3': false },
    ],
  );
  t.deepEqual(document.items[0].because.at(-1), {
    from: '203.0.113.7',
    policy: 'arctic/legacy',
    rule: 0,
    peer: 1,
  });
});

test('--from NAMESPACE/POD asks about that pod alone', async t => {
  const { out } = await invoke('netpol reach n0:8443 -f - -o json --from default/curl', manifests);
  const [{ from, denied, unknown }] = JSON.parse(out).items;
  t.deepEqual({ from, denied, unknown }, { from: ['default/curl'], denied: [], unknown: [] });
});

const exits: readonly (readonly [string, number, RegExp])[] = [
  ['netpol reach -f -', 0, /^$/],
  ['netpol reach n0 -f -', 0, /^$/],
  ['netpol reach n0:8443 -f - --from default/curl', 0, /^$/],
  ['netpol reach n0:8443 -f - --from 203.0.113.7', 0, /^$/],
  ['netpol reach n1:8443 -f - --from default/curl', 1, /^$/],
  ['netpol reach n0:8443 -f - --from 203.0.114.7', 1, /^$/],
  ['netpol reach n0 -f - --from default/curl', 1, /^$/],
  ['netpol reach n0:8443 -f - --from default/agent', 3, /^$/],
  ['netpol reach n0:8443 -f - --from default/agent --from default/curl', 3, /^$/],
  [
    'netpol reach n0 -f - --from default/nobody',
    3,
    /^error: Pod "default\/nobody" not found, or it has ended\n$/,
  ],
  ['netpol reach n7 -f -', 3, /^error: SeiNode "n7" not found\n$/],
  ['netpol reach n0 -f - -n elsewhere', 3, /^error: SeiNode "n0" not found in namespace elsewhere\n$/],
  ['netpol reach n0:0 -f -', 2, /names no node and port/],
  ['netpol reach n0:api -f -', 2, /names no node and port/],
  [
    'netpol reach -f - --from curl',
    2,
    /--from "curl" is no source; write --from NAMESPACE\/POD or --from IP/,
  ],
  ['netpol reach -f - --parameters /nowhere.yaml', 3, /nowhere.yaml/],
];
for (const [command, code, err] of exits) {
  test(`${command} exits ${code} in every format`, async t => {
    for (const format of reachFormats) {
      const outcome = await invoke(`${command} -o ${format}`, manifests);
      t.is(outcome.code, code, `${format}: ${outcome.err}`);
      t.regex(outcome.err, err, format);
    }
  });
}

test('a node that several namespaces have is asked for by its namespace', async t => {
  const elsewhere = manifests.replaceAll('namespace: arctic', 'namespace: baltic');
  const { code, err } = await invoke('netpol reach n0 -f -', manifests + elsewhere);
  t.is(code, 2);
  t.regex(err, /"n0" is in the namespaces arctic, baltic; say which with -n NAMESPACE/);
});

test('the table says who may, who should not, of whom nobody knows, and who is kept out by what', async t => {
  const { out } = await invoke('netpol reach n0:8443 -f -', manifests);
  t.is(
    out,
    `Port 8443 (tasks) of arctic/n0-0
  controller  sei-k8s-controller-system/manager, by arctic/sidecar ingress[0].from[0]
  exposed     default/curl, by arctic/legacy ingress[0].from[0]
  exposed     addresses in 203.0.113.0/24, by arctic/legacy ingress[0].from[1]
  unknown     default/agent: it is on the network of its machine, whose address no selector means
  closed      to 1 other pod, isolated by arctic/legacy, arctic/sidecar
`,
  );
});

test('pods of which the same is to be said are said together', async t => {
  const third = manifests + node('n2', 'sidecar: {tls: {secretName: n2-tls}}');
  const { out } = await invoke('netpol reach -f -', third);
  t.regex(out, /^Port 8443 \(tasks\) of 2 pods of arctic\n {2}pods +n1-0, n2-0$/m);
});

test('without a policy a port is open to everybody', async t => {
  const [open = ''] = manifests.split('---\napiVersion: networking');
  const { out } = await invoke('netpol reach n1:9100 -f -', open);
  t.regex(out, /^ {2}monitoring +monitoring\/prometheus; no policy isolates it$/m);
  t.regex(out, /^ {2}exposed +everybody: 4 pods, such as arctic\/n0-0/m);
  t.regex(out, /^ {2}closed +to nobody: no policy isolates it$/m);
});

test('a rule of which nobody can tell whom it would let in is unknown', async t => {
  const asked = 'namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default';
  const found = manifests.replace(asked, `${asked}-2, team: a`);
  const { out } = await invoke('netpol reach n0:8443 -f -', found);
  t.regex(out, /^ {2}unknown +every pod of namespaces kubernetes\.io\/metadata\.name=default-2,team=a, by/m);
});

test('a rule that would let others in is exposed although none is there; one that means only who may is not', async t => {
  const [nodes = '', ...policies] = manifests.split('---\napiVersion: networking');
  const without = nodes.split('---').filter(document => !document.includes('kind: Pod'));
  const alone = [without.join('---'), ...policies].join('---\napiVersion: networking');
  const { out } = await invoke('netpol reach n0:8443 -f -', alone);
  t.regex(out, /^ {2}exposed +every pod of namespace default, by arctic\/legacy ingress\[0\]\.from\[0\]$/m);
  t.regex(out, /^ {2}nobody now +pods control-plane=/m);
});

test('parameters say who may', async t => {
  const file =
    '{apiVersion: seinode.sei.io/v1, kind: PolicyParameters, allow: [{ports: [8443], from: FROM}]}';
  const from = '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}, podSelector: {}}';
  const parameters = join(temporaryDirectory('parameters'), 'parameters.yaml');
  writeFileSync(parameters, file.replace('FROM', from));
  const { out } = await invoke(`netpol reach n0:8443 -f - --parameters ${parameters}`, manifests);
  t.regex(out, /^ {2}allowed +default\/curl/m);
  t.notRegex(out, /exposed +default/);
});
