import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Fields } from '../../core/schema/structural.ts';

export const root = join(import.meta.dirname, '../..');

export type Page = { readonly file: string; readonly text: string };

/** The pages of docs/spec. */
export const pages = pagesOf('docs/spec/*.md');

/** What the repository says of itself. */
export const documentation = pagesOf('*.md', 'docs/**/*.md');

function pagesOf(...patterns: readonly string[]): readonly Page[] {
  const files = globSync(patterns, { cwd: root }).toSorted();
  return files.map(file => ({ file, text: read(file) }));
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** A block of code with its language. */
export function blocks({ text }: Pick<Page, 'text'>, language: string): string[] {
  return [...text.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)].flatMap(([, said, body = '']) =>
    said === language ? [body] : [],
  );
}

/**
 * The YAML of a page. What is a `spec:` alone is the spec of a SeiNode: it becomes a whole one.
 *
 * @throws where a block is no YAML.
 */
export function examples(page: Page): Fields[] {
  const documents = blocks(page, 'yaml').flatMap(block => loadAll(block) as Fields[]);
  return documents.map((document, index) => {
    const { name = `example-${index}` } = (document.metadata ?? {}) as { name?: string };
    return Object.keys(document).join() === 'spec'
      ? { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name }, ...document }
      : document;
  });
}

/** The command lines of `kubectl seinode` on a page, without that, as words. */
export function commands(page: Page): string[][] {
  return blocks(page, 'sh')
    .flatMap(block => block.replaceAll('\\\n', ' ').split(/[\n|]/))
    .map(line => line.replace(/#.*|>.*/g, '').trim())
    .filter(line => line.startsWith('kubectl seinode '))
    .map(line => line.split(/\s+/).slice(2));
}

/** Links of a page that lead nowhere: to a file that is not there, or to no heading and no anchor of it. */
export function deadLinks({ file, text }: Page): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter(link => !/^(https?|mailto):/.test(link) && !leads(file, link));
}

function leads(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, file) : resolve(root, dirname(file), path);
  const found = globSync(target);
  if (found.length === 0 || anchor === undefined) return found.length > 0;
  return anchors(readFileSync(target, 'utf8')).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

/** The cells of every table of a page, by the name of their column. */
export function column({ text }: Page, name: string): string[] {
  const tables = text.match(/(^\|.*\n)+/gm) ?? [];
  return tables.flatMap(table => {
    const [head = [], , ...rows] = table.trim().split('\n').map(cells);
    const at = head.indexOf(name);
    return at < 0 ? [] : rows.flatMap(row => (row[at] ?? '').split(', ')).filter(cell => cell !== '');
  });
}

/** The words of prose that follow a name: SpecServed of "condition SpecServed". */
export function named({ text }: Page, name: string): string[] {
  return [...text.matchAll(new RegExp(`\\b${name}\\s+\`?([A-Z]\\w+)`, 'g'))].map(([, word = '']) => word);
}

function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim());
}
