import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The pages on kinds, in the order in which they are read; every other page is on a part of a SeiNode's life. */
const kinds = ['seinode.md', 'seinode-fields.md', 'seinodedeployment.md'];

/** docs/spec/README.md: the pages that are there, each with its title and its first sentence. @param root of the repository. */
export function specIndex(root: string): string {
  const directory = join(root, 'docs/spec');
  const pages = globSync('*.md', { cwd: directory }).filter(page => page !== 'README.md');
  const rows = (listed: readonly string[]) =>
    listed.map(page => row(page, readFileSync(join(directory, page), 'utf8')));
  const head = ['', '| page | says |', '|---|---|'];
  return [
    ...intro,
    '## Kinds',
    ...[...head, ...rows(kinds.filter(page => pages.includes(page)))],
    '',
    '## What becomes of a SeiNode',
    ...[...head, ...rows(pages.filter(page => !kinds.includes(page)).toSorted())],
    '',
  ].join('\n');
}

const intro = [
  '# Specification',
  '',
  'What may be written, and what comes of it: kinds, tasks, objects, conditions, and how it fails and is mended.',
  '',
  'This index is written by `npm run verify` out of the first lines of the pages. Each example on them is held against the',
  'CRD, each command against the command line, each link and each reason against what is there (`test/spec`).',
  '',
];

/** A page begins with its title, an empty line, and a paragraph whose first sentence says what it is about. */
function row(page: string, text: string): string {
  const [, title, paragraph] = /^# (.+)\n\n((?:[^\n#|]+\n)+)/.exec(text) ?? [];
  if (title === undefined || paragraph === undefined)
    throw new Error(`docs/spec/${page} does not begin with a title and a paragraph`);
  const [sentence = ''] = paragraph
    .trim()
    .replaceAll('\n', ' ')
    .split(/(?<=\.)\s/);
  return `| [${title}](${page}) | ${sentence.replaceAll('|', '\\|')} |`;
}
