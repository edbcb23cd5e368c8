import test from 'ava';
import { invoke } from '../plugin/terminal.ts';
import { blocksOf, fencedLines, pages, wordsOf } from './lines.ts';

const tutorials = [...pages()].filter(([name]) => /^(docs\/tutorials\/|docs\/faq|README)/.test(name));

/** A command of a `console` block, and what it is said to print; `…` stands for lines that are left out. */
type Session = { readonly command: string; readonly output: readonly string[] };

function sessionsIn(page: string): Session[] {
  const consoles = blocksOf(page).filter(({ language }) => language === 'console');
  return consoles
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map(text => {
      const [command = '', ...output] = text.trimEnd().split('\n');
      return { command, output };
    });
}

for (const [name, page] of tutorials) {
  for (const { command, output } of sessionsIn(page)) {
    test(`${name}: "${command}" prints what it is said to`, async t => {
      const [, line = ''] = /kubectl[ -]seinode (.*)/.exec(command) ?? [];
      const { out, err } = await invoke(wordsOf(line));
      t.notRegex(err, /^error/m);
      let rest = out;
      for (const told of output.filter(told => told !== '…' && told !== '')) {
        const at = rest.search(new RegExp(`^${RegExp.escape(told)}$`, 'm'));
        t.not(at, -1, `${told}\nis not, or not there, in\n${out}`);
        rest = rest.slice(at + told.length);
      }
    });
  }
  for (const words of fencedLines(page).filter(words => words.some(word => word.startsWith('examples/')))) {
    test(`${name}: "${words.join(' ')}" runs on the files`, async t => {
      const { code, out, err } = await invoke(words);
      t.true(code === 0 || code === 1, err);
      t.not(out, '');
    });
  }
}

test('there is a tutorial of each kind, and each has commands', t => {
  const found = tutorials.filter(([name]) => name.startsWith('docs/tutorials/'));
  t.true(found.length >= 3);
  for (const [name, page] of found) t.true(fencedLines(page).length > 3, name);
});
