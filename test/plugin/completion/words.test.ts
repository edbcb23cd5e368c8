import test from 'ava';
import type { Argv } from 'yargs';
import { examples, invoke } from '../terminal.ts';
import { complete } from './complete.ts';

const proposes = test.macro({
  async exec(t, line: string, ...values: string[]) {
    const { candidates, files, code } = await complete(line.replace('EXAMPLES', examples));
    t.deepEqual(Object.keys(candidates).toSorted(), values.toSorted());
    t.false(files);
    t.is(code, 0);
  },
  title: (_title, line, ...values) => `"${line}" proposes ${values.join(', ') || 'nothing'}`,
});

test(proposes, 'ins', 'inspect');
test(proposes, 'tls c', 'check');
test(proposes, 'completion ', 'bash', 'zsh', 'fish', 'powershell', 'install');
test(proposes, 'list -o j', 'json');
test(proposes, 'list --output ', 'table', 'wide', 'json', 'yaml', 'name');
test(proposes, 'list --output=y', 'yaml');
test(proposes, 'list -o=y', 'yaml');
test(proposes, 'list --color a', 'always', 'auto');
test(proposes, 'netpol ', 'reach', 'template');
test(proposes, 'netpol reach -o ', 'table', 'wide', 'json', 'yaml', 'name', 'dot', 'mermaid', 'svg');
test(proposes, 'netpol reach -f EXAMPLES good-', 'good-ec', 'good-rsa');
test(
  proposes,
  'netpol reach -f EXAMPLES -n arctic --from sei',
  'sei-k8s-controller-system/controller-manager-0',
);
test(proposes, 'netpol template -o ', 'yaml', 'json');
test(proposes, 'rep', 'report');
test(proposes, 'report -o ', 'html', 'zip');
test(proposes, 'policy check --fail-on ', 'error', 'warning', 'info');
test(proposes, 'policy explain tls-s', 'tls-sans', 'tls-secret');
test(proposes, 'list --no', '--no-headers', '--now');
test(proposes, 'list -n arctic -A --no-headers -ojson --no', '--now');
test(proposes, 'policy check --bef', '--before');
test(proposes, 'policy check --before x --bef', '--before');

// Flags may stand before the command.
test(proposes, '-n arctic ins', 'inspect');
test(proposes, '-o j', 'json');
test(proposes, '-o json --no-headers policy li', 'list');

// Names, from files.
test(proposes, 'inspect -f EXAMPLES good-', 'good-ec', 'good-rsa');
test(proposes, 'inspect -fEXAMPLES -- good-e', 'good-ec');
test(proposes, 'inspect good -f EXAMPLES -n a', 'arctic');
test(proposes, 'inspect -f EXAMPLES -n elsewhere ');
test(proposes, 'inspect -f EXAMPLES -n elsewhere -A good-e', 'good-ec');
test(proposes, 'tls check good-ec -f EXAMPLES good', 'good-rsa');
test(proposes, 'inspect good-ec -f EXAMPLES ');
test(proposes, 'tls enable good-ec -f EXAMPLES --secret good-', 'good-ec-tls', 'good-rsa-tls');
test(proposes, 'tls enable good-ec -f EXAMPLES --secret wrong-');
test(proposes, 'tls request san-missing -f EXAMPLES -n elsewhere --secret ');
test(proposes, 'inspect -f - ');
test(proposes, 'inspect -f EXAMPLES/no-such.yaml ');

// Nothing that could be known.
test(proposes, 'list --now ');
test(proposes, 'list -l ');

// A wrong line has no right continuation.
test(proposes, 'lisst ');
test(proposes, 'tls chek ');
test(proposes, 'list --nope --no-h');
test(proposes, 'list --nope -o ');
test(proposes, 'list --nope=');
test(proposes, 'list -o xml --no-h');
test(proposes, 'list -x');
test(proposes, 'list extra --no-h');
test(proposes, 'list --no-headers=');
test(proposes, 'list --help --o');
test(proposes, 'policy explain nope ');
test(proposes, '-- ');

for (const line of [
  'list -f ',
  'list --filename=ex',
  'policy check --before e',
  'netpol reach --parameters ',
]) {
  test(`"${line}" leaves files to the shell`, async t => {
    const { candidates, files } = await complete(line);
    t.deepEqual(candidates, {});
    t.true(files);
  });
}

test('commands, flags and rules come with their descriptions', async t => {
  t.is((await complete('lis')).candidates.list, 'The TLS fleet, one row a node');
  t.is((await complete('list --now')).candidates['--now'], 'Judge at this moment (RFC 3339)');
  t.regex((await complete('policy explain ')).candidates['tls-sans'] ?? '', /DNS name/);
});

/** Every command with its words, by asking. */
async function commandsBelow(path: string): Promise<string[]> {
  const { candidates } = await complete(path);
  const words = Object.keys(candidates).filter(word => /^[a-z]/.test(word));
  const below = await Promise.all(words.map(word => commandsBelow(`${path}${word} `)));
  return words.length === 0 ? [path] : below.flat();
}

test('every flag that --help shows is completed, and no other', async t => {
  for (const path of ['', 'tls ', 'policy ', 'netpol ', ...(await commandsBelow(''))]) {
    const { out } = await invoke(`${path}--help`);
    const [, options = ''] = out.split(/^(?:Options|Examples):$/m);
    const shown = [...options.matchAll(/^ {1,6}(?:(-\w)(?:, )?)?(--[a-z-]+)?/gm)].flatMap(found =>
      found.slice(1),
    );
    const { candidates } = await complete(`${path}-`);
    t.deepEqual(Object.keys(candidates).toSorted(), shown.filter(Boolean).toSorted(), path);
  }
});

test('what cannot stand on one line of a terminal is not proposed', async t => {
  const define = (yargs: Argv) =>
    yargs.option('o', {
      choices: ['good', 'two\nlines', 'red\u001b[31m', 'bell\u0007', 'tab\tbed', '\u202egpj'],
    });
  t.deepEqual(Object.keys((await complete('-o ', define)).candidates), ['good', 'tab']);
});

test('a fault is silence, and exit 0', async t => {
  const define = () => {
    throw new Error('broken');
  };
  t.deepEqual(await complete('list ', define), { code: 0, candidates: {}, files: false, err: '' });
});
