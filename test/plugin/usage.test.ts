import test from 'ava';
import { examples, invoke } from './terminal.ts';

const wrong = test.macro({
  async exec(t, command: string, right: RegExp) {
    const { code, out, err } = await invoke(command.replace('EXAMPLES', examples));
    t.is(code, 2);
    t.is(out, '');
    t.regex(err, /^error: [^\n]+\nSee "kubectl seinode --help"\.\n$/);
    t.regex(err, right);
  },
  title: (_title, command) => `"${command}" is wrong usage, and the answer says what is right`,
});

test(wrong, '', /begin with a command: list, inspect, tls, policy/);
test(wrong, '-A -n arctic', /begin with a command: list/);
test(wrong, 'lisst -f x', /"lisst" is no command; there is list, inspect, tls, policy/);
test(wrong, 'version', /"version" is no command; there is list, .*, --help, --version$/m);
test(wrong, 'constructor', /"constructor" is no command/);
test(wrong, 'tls', /begin with a command of tls: check/);
test(wrong, 'tls chek -f x', /"chek" is no command of tls; there is check/);
test(wrong, 'policy --nope', /begin with a command of policy: check, list, explain/);
test(wrong, 'list -f', /-f needs a value/);
test(wrong, 'list --filename', /--filename needs a value/);
test(wrong, 'list -f x -n', /-n needs a value/);
test(wrong, 'list --filename= -n x', /-f "" names no file; write -f FILE/);
test(
  wrong,
  'list -f x -o xml',
  /--output cannot be "xml"; it is one of "table", "wide", "json", "yaml", "name"/,
);
for (const command of [
  'list -f x',
  'inspect a -f x',
  'tls check -f x',
  'policy list',
  'policy explain tls-sans',
]) {
  for (const format of ['sarif', 'junit', 'github']) {
    test(wrong, `${command} -o ${format}`, /it is one of "table", "wide", "json", "yaml", "name"\n/);
  }
}
test(wrong, 'policy check -f x -o xml', /one of "table", .*"name", "sarif", "junit", "github"/);
test(wrong, 'list -f x --color red', /--color cannot be "red"; it is one of "always"/);
test(wrong, 'policy check -f x --fail-on fatal', /--fail-on cannot be "fatal"; it is one of "error"/);
test(wrong, 'list -f x --namespaces a', /--namespaces is no flag here; there is .*--namespace, /);
test(wrong, 'list -f x --no-such=1', /--no-such=1 is no flag here/);
test(wrong, 'list -f x -x', /-x is no flag here/);
test(wrong, 'list -f x extra', /"extra" is one argument too many/);
test(wrong, 'inspect a b -f x', /"b" is one argument too many/);
test(wrong, 'inspect -f x', /say which node: inspect NODE/);
test(wrong, 'plan -f x', /say which node: plan NODE/);
test(wrong, 'plan a -w -f x', /-w follows a cluster/);
test(wrong, 'plan a -w -A', /-w follows one node: say where it is with -n/);
test(wrong, 'plan a -w -o json', /-w is for people: it has no -o json/);
test(wrong, 'tls request -f x', /say which node: tls request NODE --format certificate\|csr\|secret/);
test(wrong, 'tls request a b -f x', /"b" is one argument too many/);
test(wrong, 'tls request n0 -f x', /say what to make: --format certificate, --format csr or --format secret/);
test(wrong, 'tls request n0 --format pem -f x', /it is one of "certificate", "csr", "secret"/);
test(wrong, 'tls request n0 --format csr --issuer Issuer/a --key-out k -f x', /--issuer does not go/);
test(wrong, 'tls request n0 --format csr -o json --key-out k -f x', /-o does not go .* request is PEM/);
test(wrong, 'tls request n0 --format csr -f x', /say where it goes, --key-out FILE/);
test(wrong, 'tls request n0 --format csr --key-out - -f x', /--key-out "-" names no file/);
test(wrong, 'tls request n0 --format csr --key-out= -f x', /--key-out "" names no file/);
test(wrong, 'tls request tls-off --format secret -f EXAMPLES', /names no Secret.*: --secret NAME/);
test(
  wrong,
  'tls request tls-off --format certificate --issuer Issuer/ca -f EXAMPLES',
  /names no Secret, its TLS is off; say which is to be made: --secret NAME/,
);
test(wrong, 'tls verify', /say which node: tls verify NODE/);
test(wrong, 'tls verify n0 -f x', /tls verify asks a pod, and files have none: leave out -f/);
test(wrong, 'tls verify n0 --now 2026-06-01T00:00:00Z', /tls verify shakes hands now: leave out --now/);
for (const account of ['sa', 'a/b/c', '/b', 'a/', '']) {
  test(
    wrong,
    `tls verify n0 --service-account=${account}`,
    /names none; write --service-account NAMESPACE\/NAME/,
  );
}
const certificate = 'tls request n0 --format certificate -f x';
test(wrong, certificate, /needs the issuer that signs: --issuer KIND\/NAME/);
test(wrong, `${certificate} --issuer Issuer/a --key-out k`, /--key-out does not go .* cert-manager makes/);
test(wrong, `${certificate} --issuer ca`, /--issuer "ca" is not KIND\/NAME; write Issuer\/NAME or Cluster/);
test(wrong, `${certificate} --issuer issuer/ca`, /"issuer\/ca" is not KIND\/NAME/);
test(wrong, `${certificate} --issuer Issuer./ca`, /"Issuer.\/ca" is not KIND\/NAME/);
test(wrong, `${certificate} --issuer Issuer/`, /"" is no name/);
test(wrong, `${certificate} --issuer Issuer/a/b`, /"a\/b" is no name/);
test(wrong, `${certificate} --issuer AWSPCAIssuer/ca`, /has no kind AWSPCAIssuer; .* KIND\.GROUP\/NAME/);
test(wrong, `${certificate} --issuer Own.cert-manager.io/ca`, /cert-manager\.io has no kind Own/);
test(wrong, 'policy explain', /say which rule: policy explain ID/);
test(wrong, 'policy explain nope', /no rule is named "nope"; the rules are label-contract, listener-split, /);
test(
  wrong,
  'list -f x --now tomorrow',
  /--now "tomorrow" is no RFC 3339 instant; write 2026-01-31T12:00:00Z/,
);
test(wrong, 'list -f x --now 2026-02-30T00:00:00Z', /is no RFC 3339 instant/);
test(wrong, 'list -f x --now 2026-01-31', /is no RFC 3339 instant/);
test(wrong, 'list -f x -v high', /-v "high" is no verbosity; write -v 0 or -v 1/);
test(wrong, 'list -f x -l a=(b', /"a=\(b" is no label selector; write key=value/);
test(
  wrong,
  'list -f x --field-selector status.phase=Running',
  /write metadata.name=VALUE or metadata.namespace=VALUE/,
);
test(wrong, 'policy check -f - --before -', /cannot both read standard input/);
test(wrong, 'policy check -f EXAMPLES --before=', /--before "" names no file/);

test('inspect of a name in two namespaces asks which', async t => {
  const node = (namespace: string) =>
    `apiVersion: sei.io/v1alpha1\nkind: SeiNode\nmetadata: {name: n0, namespace: ${namespace}}\nspec: {chainId: c, image: i, fullNode: {}}\n`;
  const fleet = `${node('a')}---\n${node('b')}`;
  const { code, err } = await invoke('inspect n0 -f -', fleet);
  t.is(code, 2);
  t.regex(err, /"n0" is in the namespaces a, b; say which with -n NAMESPACE/);
  t.is((await invoke('inspect n0 -f - -n b', fleet)).code, 0);
});

for (const command of [
  '--help',
  'help',
  'list --help',
  'tls -h',
  'tls check --help',
  'tls request --help',
  'policy explain -h',
]) {
  test(`"${command}" shows help in English and exits 0`, async t => {
    const { code, out, err } = await invoke(command);
    t.is(code, 0);
    t.regex(out, /^kubectl seinode.*\n\n(.|\n)*Options:/);
    t.is(err, '');
  });
}

test('--version is that of the package', async t => {
  t.regex((await invoke('--version')).out, /^\d+\.\d+\.\d+\n$/);
});

for (const command of [
  '-n arctic list -o name -f EXAMPLES',
  '-A -f EXAMPLES -o=name list',
  '--output name --filename EXAMPLES list',
  'list -narctic -oname -fEXAMPLES',
]) {
  test(`"${command}" is read as kubectl would read it`, async t => {
    const usual = await invoke(`list -o name -f ${examples}`);
    t.deepEqual(await invoke(command.replace('EXAMPLES', examples)), usual);
    t.is(usual.code, 0);
  });
}
