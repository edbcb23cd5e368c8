import test from 'ava';
import { formats, reportFormats } from '../../plugin/options.ts';
import { closedYAML, nodeYAML, secretYAML } from './source/manifests.ts';
import { examples, examplesBefore, invoke } from './terminal.ts';

const broken = `${nodeYAML('n0', '  sidecar: {tls: {secretName: s}}\n')}---\n${secretYAML('s', '  tls.crt: "%"\n')}`;
const open = nodeYAML('n0');
const plain = `${open}---\n${closedYAML()}`;
const unknownField = `${nodeYAML('n0', '  fooBar: 1\n')}---\n${closedYAML()}`;

/** The same code in every format. */
const exits = test.macro({
  async exec(t, command: string, code: number, stdin: string = '', err: RegExp = /^$/) {
    for (const format of command.startsWith('policy check') ? reportFormats : formats) {
      const outcome = await invoke(`${command.replaceAll('DIR', examples)} -o ${format}`, stdin);
      t.is(outcome.code, code, `${format}: ${outcome.err}`);
      t.regex(outcome.err, err);
    }
  },
  title: (title, command, code) => `${command} exits ${code} ${title ?? ''}`.trim(),
});

test('whatever is wrong with the nodes', exits, 'list -f DIR', 0);
test('whatever is wrong with the node', exits, 'inspect expired -f DIR', 0);
test('whether or not there is a plan', exits, 'plan expired -f DIR', 0);
test('where all are ready', exits, 'tls check good-ec good-rsa tls-off -f DIR', 0);
test('where one is not', exits, 'tls check good-ec expired -f DIR', 1);
test('for a fleet with faults', exits, 'tls check -f DIR', 1);
test(
  'where the error is outside of the selection',
  exits,
  'tls check -f DIR --field-selector metadata.name=good-ec',
  0,
);
test('without findings', exits, 'policy check -f -', 0, plain);
test('for a finding', exits, 'policy check -f DIR/expired.yaml -f DIR/network.yaml', 1);
test('for a node that no policy isolates', exits, 'policy check -f -', 1, open);
test('for a warning', exits, 'policy check -f -', 0, unknownField);
test('for a warning', exits, 'policy check -f - --fail-on warning', 1, unknownField);
test('for a warning', exits, 'policy check -f - --fail-on info', 1, unknownField);
const edited = 'policy check -f DIR/edited.yaml -f DIR/network.yaml';
test('for an edit', exits, `${edited} --before ${examplesBefore}`, 1);
test('for the same without the state before', exits, edited, 0);
test('for an unchanged state', exits, `${edited} --before DIR`, 0);
const plan = 'tls enable tls-off -f DIR --dry-run=client --secret';
test('for a plan', exits, `${plan} tls-off-tls`, 0);
test('for a plan that would be refused', exits, `${plan} good-ec-tls`, 0);
test('for a node that is as wanted', exits, 'tls disable tls-off -f DIR --dry-run=client', 0);
for (const dryRun of ['', '--dry-run=none', '--dry-run=server']) {
  test(
    'for files',
    exits,
    `tls disable good-ec -f DIR ${dryRun}`,
    2,
    '',
    /leave out -f, or add --dry-run=client/,
  );
}
test('without a node', exits, 'tls disable -f DIR --dry-run=client', 2, '', /say which nodes/);
test('with names and labels', exits, 'tls disable a -l a -f DIR --dry-run=client', 2, '', /say which nodes/);
test('for files', exits, 'tls resume n0 -f DIR', 2, '', /-f is no flag here/);
test('at a moment of choice', exits, 'tls disable n0 --now 2026-01-01T00:00:00Z', 2, '', /leave it out/);
test(exits, 'policy list', 0);
test(exits, 'policy explain tls-sans', 0);

const missing = /error: SeiNode "nope" not found\n$/;
test('for a name that is not there', exits, 'tls check nope good-ec -f DIR', 3, '', missing);
test('for a name that is not there', exits, `${plan} tls-off-tls nope`, 3, '', missing);
test('for a file that is not there', exits, `${plan} s -f nope.yaml`, 3, '', /cannot be read/);
test('for a name that is not there', exits, 'inspect nope -f DIR', 3, '', missing);
test('for a name that is not there', exits, 'plan nope -f DIR', 3, '', missing);
test('for a file that is not there', exits, 'list -f DIR/nope.yaml', 3, '', /nope\.yaml: cannot be read/);
test('for a file that is not there', exits, 'tls check -f DIR/nope.yaml', 3, '', /cannot be read/);
test(
  'for a state before that is not there',
  exits,
  'policy check -f - --before nope',
  3,
  plain,
  /nope: cannot be read/,
);
test('for a Secret that cannot be decoded', exits, 'list -f -', 3, broken, /-:17: data\["tls\.crt"\]/);
test('for a Secret that cannot be decoded', exits, 'inspect n0 -f -', 3, broken, /-:17: data/);
test('for a Secret that cannot be decoded', exits, 'tls check -f -', 3, broken, /-:17: data/);
test('for a Secret that cannot be decoded', exits, 'policy check -f -', 3, broken, /-:17: data/);

test('a Secret that is there but cannot be decoded is Unavailable, not NotFound', async t => {
  const { out } = await invoke('tls check -f - -o json', broken);
  const [item] = JSON.parse(out).items;
  t.like(item, { ready: false, reason: 'Unavailable', secretName: 's', certificate: undefined });
  t.regex(item.message, /data\["tls\.crt"\].*is not base64/);
});

test('names that are there are shown beside one that is not', async t => {
  const { out, err } = await invoke(`tls check nope good-ec nope -n arctic -f ${examples} -o name`);
  t.is(out, 'seinode.sei.io/good-ec\n');
  t.is(err, 'error: SeiNode "nope" not found in namespace arctic\n');
});

const empty = test.macro({
  async exec(t, flags: string, said: string) {
    const { code, out, err } = await invoke(`list -f ${examples} ${flags}`);
    t.deepEqual({ code, out, err }, { code: 0, out: '', err: said });
  },
  title: (_title, flags) => `an empty selection by ${flags} is said on stderr`,
});

test(empty, '-n nope', 'No resources found in nope namespace.\n');
test(empty, '-l absent', 'No resources found.\n');
test(empty, '-l absent -o wide', 'No resources found.\n');
test(empty, '-l absent -o name', '');

const counts = test.macro({
  async exec(t, flags: string, count: number) {
    const { out } = await invoke(`list ${flags.replaceAll('DIR', examples)} -o name`);
    t.is(out.split('\n').length - 1, count);
  },
  title: (_title, flags, count) => `list ${flags} shows ${count}`,
});

test(counts, '-f DIR', 14);
test(counts, '-f DIR/good-ec.yaml -f DIR/tls-off.yaml', 2);
test(counts, '-f=DIR/good-ec.yaml --filename=DIR/tls-off.yaml --filename DIR/expired.yaml', 3);
test(counts, '-f DIR -n arctic', 14);
test(counts, '-f DIR -n nope -n arctic', 14);
test(counts, '-f DIR -n nope -A', 14);
test(counts, '-f DIR -A -A', 14);
test(counts, '-f DIR --field-selector metadata.name=expired', 1);
test(counts, '-f DIR --field-selector metadata.name!=expired', 13);
test(counts, '-f DIR -l absent!=x', 14);
