import test from 'ava';
import { validateSeiNode } from '../../core/schema/seinode.ts';
import { invoke } from '../plugin/terminal.ts';
import { column, commands, deadLinks, documentation, examples, named, pages, read } from './pages.ts';
import { events, reasons, types } from './vocabulary.ts';

/** Conditions, reasons and Events there are those of the reference. */
const foreign = 'docs/spec/seinodedeployment.md';

for (const page of pages) {
  test(`${page.file}: every SeiNode is one that the API server takes, without a field that it would drop`, t => {
    for (const example of examples(page).filter(({ kind }) => kind === 'SeiNode')) {
      t.deepEqual(validateSeiNode(example), { faults: [], unknownFields: [] }, JSON.stringify(example));
    }
    t.pass();
  });

  test(`${page.file}: every command is one of the plugin’s, with flags that it has`, async t => {
    for (const words of commands(page)) {
      // A cluster that nobody serves: what is wrong with the command line is said before.
      const { code, err } = await invoke([...words, '--kubeconfig', 'nowhere']);
      t.not(code, 2, `${words.join(' ')}: ${err}`);
    }
    t.pass();
  });

  if (page.file === foreign) continue;
  test(`${page.file}: every condition, reason and Event that it names is in the code`, t => {
    // In a column of that name, and in prose: "condition SpecServed".
    const unknown = (name: string, known: ReadonlySet<string>) =>
      [...column(page, name), ...named(page, name)].filter(word => !known.has(word.replaceAll('`', '')));
    t.deepEqual(unknown('condition', types), []);
    t.deepEqual(unknown('reason', reasons), []);
    t.deepEqual(unknown('event', events), []);
  });
}

for (const page of documentation) {
  test(`${page.file}: every link leads somewhere`, t => {
    t.deepEqual(deadLinks(page), []);
  });
}

test('the checks find what is wrong', async t => {
  const wrong = {
    file: 'docs/spec/wrong.md',
    text: '[a](missing.md) [b](seinode.md#none) [c](seinode.md#phase)',
  };
  t.deepEqual(deadLinks(wrong), ['missing.md', 'seinode.md#none']);
  const text =
    '```yaml\nspec:\n  chainId: a\n  imag: b\n```\n\n```sh\nkubectl seinode tls enable n0 --secre x | cat # y\n```\n';
  const page = {
    file: 'docs/spec/wrong.md',
    text: `${text}| condition | x |\n|---|---|\n| A, \`B\` | c |\n`,
  };
  t.deepEqual(column(page, 'condition'), ['A', '`B`']);
  const { faults, unknownFields } = validateSeiNode(examples(page)[0]);
  t.deepEqual([faults.length > 0, unknownFields], [true, ['spec.imag']]);
  const [words = []] = commands(page);
  t.deepEqual(words, ['tls', 'enable', 'n0', '--secre', 'x']);
  t.is((await invoke([...words, '--kubeconfig', 'nowhere'])).code, 2);
});

test('seinode.md has every condition, and Event for Event what docs/operator.md has and the code tells', t => {
  const page = pages.find(({ file }) => file === 'docs/spec/seinode.md')!;
  t.deepEqual(column(page, 'condition'), [...types]);
  const [, section = ''] = read('docs/operator.md').split('\n## Events\n');
  const operator = { file: 'docs/operator.md', text: section.split('\n## ')[0] ?? '' };
  for (const [found, of] of [
    [column(page, 'event'), 'seinode.md'],
    [column(operator, 'reason'), 'operator.md'],
  ] as const) {
    t.deepEqual(found.toSorted(), [...events].toSorted(), of);
  }
});
