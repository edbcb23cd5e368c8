import type { Reach } from '../../core/network/reach.ts';
import { printableLine } from '../../core/printable.ts';
import type { Reached } from '../reach.ts';
import type { ReachOptions } from '../reach-options.ts';
import type { Terminal } from '../terminal.ts';
import { type Asked, connectionRows, connections } from './reach-answers.ts';
import { reachJSON } from './reach-report.ts';
import { reachSections } from './reach-text.ts';
import { sections } from './sections.ts';
import { toYAML } from './structured.ts';
import { table } from './table.ts';

/** Prints who reaches targets, in the format asked for; large reports go out item by item. */
export async function printReach(
  options: ReachOptions,
  terminal: Terminal,
  reached: Reached,
  asked: readonly Asked[],
): Promise<void> {
  for await (const text of reachTexts(options, terminal, reached, asked)) {
    const written = await terminal.out(text);
    if (written === false || terminal.closed.aborted) return;
  }
}

async function* reachTexts(
  options: ReachOptions,
  terminal: Terminal,
  reached: Reached,
  asked: readonly Asked[],
): AsyncGenerator<string> {
  const { question } = reached;
  switch (options.output) {
    case 'json':
      return yield* jsonTexts(reachJSON(question, reached.items(), asked));
    case 'yaml':
      return yield* yamlTexts(reachJSON(question, reached.items(), asked));
    case 'name':
      return yield names(reached);
    case 'dot':
    case 'mermaid':
    case 'svg':
      return yield await (await import('./picture/picture.ts')).picture(
        options.output,
        reached,
        guarded(options, reached),
      );
    default:
      return yield asked.length === 0
        ? sections(
            terminal,
            reachSections(reached, guarded(options, reached), terminal, options.output === 'wide'),
          )
        : connectionTable(options, terminal, reached, asked);
  }
}

/** An item a line: a report may be too large for anything to see it whole. */
function* jsonTexts(items: Iterable<string>): Generator<string> {
  yield '{\n    "apiVersion": "seinode.sei.io/v1",\n    "kind": "ReachReport",\n    "items": [';
  let first = true;
  for (const item of items) {
    yield `${first ? '' : ','}\n        ${item}`;
    first = false;
  }
  yield first ? ']\n}\n' : '\n    ]\n}\n';
}

function* yamlTexts(items: Iterable<string>): Generator<string> {
  let empty = true;
  for (const item of items) {
    const head = empty ? 'apiVersion: seinode.sei.io/v1\nkind: ReachReport\nitems:\n' : '';
    yield head + toYAML([JSON.parse(item)]);
    empty = false;
  }
  if (empty) yield 'apiVersion: seinode.sei.io/v1\nkind: ReachReport\nitems: []\n';
}

/** For people: a port that nobody guards only where it was asked about. */
function* guarded({ node }: ReachOptions, { items }: Reached): Generator<Reach> {
  for (const item of items()) {
    if (item.guard !== undefined || node?.includes(':')) yield item;
  }
}

function names({ question }: Reached): string {
  const nodes = new Set(question.targets.map(({ target }) => target.node));
  return [...nodes].map(name => `${printableLine(`seinode.sei.io/${name}`)}\n`).join('');
}

function connectionTable(
  options: ReachOptions,
  terminal: Terminal,
  reached: Reached,
  asked: readonly Asked[],
): string {
  const found = connections(reached.question, guarded(options, reached), asked);
  const { header, rows } = connectionRows(reached, found, terminal);
  return table(options.noHeaders || rows.length === 0 ? rows : [header, ...rows], terminal.foldAt);
}
