import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { nodeYAML } from './source/manifests.ts';
import { examples, invoke } from './terminal.ts';

const tls = '  sidecar: {tls: {secretName: n0-tls}}\n';
const labelled = (label: string) => nodeYAML('n0').replace('name: n0', `name: n0\n  labels: {${label}}`);

type Row = readonly [what: string, command: string, manifest: string, ...said: readonly RegExp[]];
const rows: readonly Row[] = [
  [
    'all in order, and the claim by the name that it will have',
    'tls disable n0',
    nodeYAML('n0', tls),
    /^SeiNode \S+\/n0: TLS of Secret n0-tls → no TLS$/m,
    /^ {2}1 +its PersistentVolume is set to Retain meanwhile.*\n(?: .*\n)* {2}2 +PersistentVolumeClaim data-n0 loses.*\n(?: .*\n)* {2}3 +SeiNode n0 imports/m,
    /^ {2}4 +SeiNode n0 is deleted/m,
    /^ {2}Deleted +SeiNode n0, StatefulSet n0, Pod n0-0$/m,
    /^ {2}Kept +PersistentVolumeClaim data-n0, its PersistentVolume$/m,
    /^seinode\.sei\.io\/n0 TLS disabled \(dry run\)$/m,
  ],
  [
    'a claim that is imported already',
    'tls disable n0',
    nodeYAML('n0', `${tls}  dataVolume: {import: {pvcName: other}}\n`),
    /PersistentVolumeClaim other loses/,
    /^ {2}3 +SeiNode n0 is deleted/m,
  ],
  ['no handshake', 'tls disable n0 --no-verify', nodeYAML('n0', tls), / {2}6 +it is waited for until/],
  [
    'a validator',
    'tls enable n0 --secret s',
    nodeYAML('n0', '').replace('fullNode', 'validator'),
    /^ {2}Warning +SeiNode n0 IS A VALIDATOR/m,
  ],
  [
    'a Secret that is not there',
    'tls enable n0 --secret s',
    nodeYAML('n0'),
    /^ {2}Refused +Secret \S+\/s is not ready.*NotFound/m,
    /n0 refused \(dry run\)/,
  ],
  [
    'who would put it back',
    'tls enable n0 --secret s',
    labelled('argocd.argoproj.io/instance: x'),
    /Refused +SeiNode n0 is kept by Argo CD/,
  ],
  [
    'a node that is as wanted',
    'tls disable n0',
    nodeYAML('n0'),
    /^SeiNode \S+\/n0 has no TLS already$/m,
    /n0 unchanged \(dry run\)/,
  ],
];
for (const [what, command, manifest, ...said] of rows) {
  test(`planned over files: ${what}`, async t => {
    const { out, err } = await invoke(`${command} -f - --dry-run=client`, manifest);
    t.is(err, '');
    for (const pattern of said) t.regex(out, pattern);
  });
}

test('a plan has colour only where it is wanted, and fits its screen', async t => {
  const plan = `tls enable tls-off --secret tls-off-tls -f ${examples} --dry-run=client`;
  const { out } = await invoke(plan);
  t.false(out.includes('\u001b'));
  t.true(out.split('\n').every(line => line.length <= 100));
  t.true((await invoke(`${plan} --color always`)).out.includes('\u001b[1m'));
});

test('npm start shows a fleet with faults and a toggle, and exits 0', t => {
  const start = join(import.meta.dirname, '../../scripts/start.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [start], { encoding: 'utf8' });
  t.is(status, 0, stderr);
  t.is(stderr, '');
  for (const line of [
    '$ kubectl seinode list -f',
    '$ kubectl seinode inspect',
    '$ kubectl seinode policy check',
  ]) {
    t.true(stdout.includes(line), line);
  }
  t.regex(stdout, /^seinode\.sei\.io\/tls-off TLS enabled \(dry run\)$/m);
});
