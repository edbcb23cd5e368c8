import type { Question } from '../../core/network/classes.ts';
import type { Passage, Reach } from '../../core/network/reach.ts';
import { targetKey } from '../../core/network/targets.ts';
import type { Reached } from '../reach.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { throughText } from './peer-text.ts';
import type { Cell } from './table.ts';

/** Somebody who was asked about: a pod by its index, maybe by its address, or an address that is none's. */
export type Asked = { readonly name: string; readonly ip?: string } & (
  | { readonly pod: number }
  | { readonly address: number }
);

/** Whether somebody reaches a target's port. */
export type Connection = { readonly asked: Asked; readonly reach: Reach; readonly passage: Passage };

/** The answer for each who was asked about, at each target and port; nobody is asked about himself. */
export function connections(
  { pods }: Question,
  items: Iterable<Reach>,
  asked: readonly Asked[],
): Connection[] {
  return [...items].flatMap(reach =>
    asked
      .filter(who => !('pod' in who) || pods[who.pod]?.key !== targetKey(reach.target))
      .map(who => ({ asked: who, reach, passage: passageOf(who, reach) })),
  );
}

function passageOf(asked: Asked, { reached }: Reach): Passage {
  if ('address' in asked) return reached.address(asked.address);
  const at = reached.from.indexOf(asked.pod);
  if (at !== -1) return { passes: true, through: reached.because[at] };
  const unknown = reached.unknown.find(({ from }) => from === asked.pod);
  return unknown === undefined ? { passes: false } : { passes: 'unknown', why: unknown.why };
}

/** Connections as rows of a table, and its header. */
export function connectionRows(
  reached: Reached,
  found: readonly Connection[],
  terminal: Terminal,
): { readonly header: Cell[]; readonly rows: Cell[][] } {
  const rows = found.map(({ asked, reach, passage }): Cell[] => [
    asked.name,
    targetKey(reach.target),
    String(reach.port),
    answerCell(passage, terminal),
    becauseText(reached, reach, passage),
  ]);
  return { header: ['FROM', 'TO', 'PORT', 'ANSWER', 'BECAUSE'], rows };
}

function answerCell({ passes }: Passage, terminal: Terminal): Cell {
  const [text, style]: [string, Style] =
    passes === 'unknown' ? ['unknown', 'yellow'] : passes ? ['allowed', 'green'] : ['denied', 'red'];
  return { text, paint: cell => paint(terminal, style, cell) };
}

function becauseText({ question }: Reached, { reached }: Reach, passage: Passage): string {
  if (passage.passes === 'unknown') return passage.why;
  if (passage.passes) {
    return passage.through === undefined
      ? 'no policy isolates it'
      : throughText(question.input, passage.through);
  }
  return reached.isolated ? 'no policy lets it in and out' : 'a policy keeps it from leaving';
}
