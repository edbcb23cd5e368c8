import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { dnsNameFault } from '../../../core/dns-name.ts';
import { subdomainFault } from '../../../core/schema/names.ts';
import { directory, nodeYAML, secretYAML } from '../source/manifests.ts';
import { invoke } from '../terminal.ts';
import { arctic, namesOfN0 } from './request.ts';

const request = 'tls request n0 --format certificate --issuer Issuer/ca -f - -o json';

for (const format of ['certificate --issuer Issuer/ca', 'secret', 'csr --key-out KEY']) {
  test(`for a node that is not there --format ${format} makes nothing and exits 3`, async t => {
    const key = join(directory(t), 'key');
    const command = `tls request nope --format ${format.replace('KEY', key)} -f - -n arctic`;
    const { code, out, err } = await invoke(command, arctic('n0', 'n0-tls'));
    t.is(code, 3);
    t.is(out, '');
    t.is(err, 'error: SeiNode "nope" not found in namespace arctic\n');
    t.false(existsSync(key));
  });
}

test('a node that cannot be decoded is not there', async t => {
  const { code, out, err } = await invoke(request, nodeYAML('n0', '  replayer: {}\n'));
  t.is(code, 3);
  t.is(out, '');
  t.regex(err, /error: -:\d+: spec\.replayer.*\nerror: SeiNode "n0" not found\n$/);
});

test('what cannot be read beside the node is said, the request is shown, and the exit code is 3', async t => {
  const { code, out, err } = await invoke(
    request,
    `${arctic('n0', 'n0-tls')}---\n${secretYAML('s', '  a: "%"\n')}`,
  );
  t.is(code, 3);
  t.deepEqual(JSON.parse(out).spec.dnsNames, namesOfN0);
  t.regex(err, /^error: -:\d+: data\.a: is not base64[^\n]*\n$/);
});

test('a name in two namespaces is asked for; -n chooses, and the names are of that namespace', async t => {
  const fleet = `${arctic('n0', 'n0-tls')}---\n${nodeYAML('n0')}`;
  const { code, err } = await invoke(`${request} --secret s`, fleet);
  t.is(code, 2);
  t.regex(err, /"n0" is in the namespaces arctic, default; say which with -n NAMESPACE/);
  const chosen = await invoke(`${request} --secret s -n default`, fleet);
  t.is(chosen.code, 0);
  t.is(JSON.parse(chosen.out).metadata.namespace, 'default');
  t.deepEqual(JSON.parse(chosen.out).spec.dnsNames, [
    'n0.default.svc.cluster.local',
    'n0-0.n0.default.svc.cluster.local',
  ]);
});

test('a Secret that the node does not read is made, with a warning', async t => {
  const { code, out, err } = await invoke(`${request} --secret other`, arctic('n0', 'n0-tls'));
  t.is(code, 0);
  t.is(JSON.parse(out).spec.secretName, 'other');
  t.regex(err, /^warning: SeiNode arctic\/n0 reads Secret "n0-tls", not "other": until it is recreated/);
});

test('a Secret that another node of the namespace reads too is made, with a warning', async t => {
  const elsewhere = nodeYAML('n2\n  namespace: desert', '  sidecar: {tls: {secretName: n0-tls}}\n');
  const fleet = `${arctic('n0', 'n0-tls')}---\n${arctic('n1', 'n0-tls')}---\n${elsewhere}`;
  const { code, err } = await invoke(request, fleet);
  t.is(code, 0);
  t.is(
    err,
    'warning: SeiNode arctic/n1 reads Secret "n0-tls" too, and its names are not in what is made here\n',
  );
});

test('a name that no Secret can have is said with its node, and --secret helps', async t => {
  const fleet = arctic('n0', '"Bad\\eName"');
  const { code, out, err } = await invoke(request, fleet);
  t.is(code, 3);
  t.is(out, '');
  t.is(
    err,
    'error: SeiNode arctic/n0: its spec.sidecar.tls.secretName "Bad\\u001bName" is no name of a Secret: only lower-case letters, digits, "-" and ".", each part beginning and ending with a letter or digit are accepted\n',
  );
  t.is((await invoke(`${request} --secret good`, fleet)).code, 0);
});

const long = [
  ['a'.repeat(62), /arctic\/a{62}: it needs the name a{62}-0\..*: its label "a{62}-0" has 64 characters/],
  [`a.${'b'.repeat(64)}`, /which cannot be: its label "b{64}" has 64 characters, DNS takes 63; give/],
  [`${'a.'.repeat(126)}a`, /which cannot be: it has 278 characters, DNS takes 253; give the node a shorter/],
] as const;

for (const [name, why] of long) {
  test(`a node named ${name} can have no certificate, and that is said`, async t => {
    const command = `tls request ${name} --format certificate --issuer Issuer/ca -f -`;
    const { code, out, err } = await invoke(command, arctic(name, 's'));
    t.is(code, 3);
    t.is(out, '');
    t.regex(err, why);
  });
}

test('any node that the API server takes has names that DNS takes, or hears why not', async t => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,70}[a-z0-9])?$/);
  const names = fc.array(label, { minLength: 1, maxLength: 5 }).map(labels => labels.join('.'));
  const accepted = names.filter(name => subdomainFault(name) === undefined);
  await fc.assert(
    fc.asyncProperty(accepted, async name => {
      const command = `tls request ${name} --format certificate --issuer Issuer/ca --secret s -f - -o json`;
      const { code, out, err } = await invoke(command, arctic(`"${name}"`));
      const made =
        code === 0 && JSON.parse(out).spec.dnsNames.map(dnsNameFault).join('') === '' && err === '';
      t.true(made || (code === 3 && out === '' && /^error: [^\n]+DNS takes[^\n]+\n$/.test(err)), name);
    }),
    { seed: 51, numRuns: 60 },
  );
});
