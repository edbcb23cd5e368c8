import type { Fault } from './matrix.ts';

/** A line of the matrix, counted. */
export type Row = Fault & { readonly injected: number; readonly survived: number };

/** What the notes of a run come to, a row each for who met which fault. @param notes lines of JSON, as `survives` writes them. */
export function rowsOf(notes: string): Row[] {
  const rows = new Map<string, Row>();
  for (const line of notes.split('\n').filter(text => text !== '')) {
    const { who, fault, injected = 0, survived = 0 } = JSON.parse(line);
    const key = `${who}\n${fault}`;
    const known = rows.get(key) ?? { who, fault, injected: 0, survived: 0 };
    rows.set(key, {
      ...known,
      injected: known.injected + injected,
      survived: known.survived + survived,
    });
  }
  return [...rows.values()].toSorted((one, other) => keyOf(one).localeCompare(keyOf(other), 'en'));
}

/** The matrix as Markdown, with its sum. */
export function markdownOf(rows: readonly Row[]): string {
  const lines = rows.map(({ who, fault, injected, survived }) => cells(who, fault, injected, survived));
  const sum = (of: 'injected' | 'survived') => rows.reduce((count, row) => count + row[of], 0);
  const total = cells('**all**', '', sum('injected'), sum('survived'));
  return ['| who | fault | injected | survived | lost |', '|---|---|---:|---:|---:|', ...lines, total].join(
    '\n',
  );
}

function cells(who: string, fault: string, injected: number, survived: number): string {
  return `| ${who} | ${fault} | ${injected} | ${survived} | ${injected - survived} |`;
}

function keyOf({ who, fault }: Row): string {
  return `${who} ${fault}`;
}
