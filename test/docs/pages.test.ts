import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { faultIn, faultOf, fencedLines, namedCommands, pages } from './lines.ts';

const root = join(import.meta.dirname, '../..');

for (const [name, page] of pages()) {
  const [lines, named] = [fencedLines(page), namedCommands(page)];
  if (lines.length + named.length === 0) continue;
  test(`every command line of ${name} is one that there is`, t => {
    for (const words of lines) t.is(faultOf(words), undefined, words.join(' '));
    for (const words of named) t.is(faultIn(words), undefined, words.join(' '));
  });
}

/** [what is wrong, the line] */
const wrong = [
  ['no such command', 'tls chek'],
  ['no such flag', 'list --namespaces x'],
  ['no such value', 'list -o xml'],
  ['a value that is missing', 'list -n'],
  ['an argument that is missing', 'inspect -n arctic'],
  ['an argument too many', 'inspect a b'],
  ['a flag that is missing', 'tls enable n0'],
  ['only a group', 'netpol'],
] as const;
for (const [what, line] of wrong) {
  test(`a line with ${what} is found`, t => t.truthy(faultOf(line.split(' '))));
}

test('a line ends where the shell has something else to do with it', t => {
  t.deepEqual(
    fencedLines(
      '```sh\nkubectl seinode list \\\n  -A | head\nx | kubectl seinode tls check -f - > y # kubectl seinode z\n```\n',
    ),
    [
      ['list', '-A'],
      ['tls', 'check', '-f', '-'],
    ],
  );
});

test('every link of a page leads to a file that is there, and to a place in it', t => {
  const all = pages();
  for (const [name, page] of all) {
    for (const [link, target = '', place] of proseOf(page).matchAll(
      /\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g,
    )) {
      const path = target === '' ? name : join(dirname(name), target);
      t.true(existsSync(join(root, path)), `${name}: ${link}`);
      if (place === undefined) continue;
      t.true(
        placesOf(all.get(path) ?? readFileSync(join(root, path), 'utf8')).has(place),
        `${name}: ${link}`,
      );
    }
  }
});

function proseOf(page: string): string {
  return page.replaceAll(/^ *```.*?^ *```$/gms, '').replaceAll(/`[^`\n]*`/g, 'code');
}

/** The anchors of a page, as GitHub makes them of its headings, and those that it has by hand. */
function placesOf(page: string): Set<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}
