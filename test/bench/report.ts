/** A figure, beside its peer of the same run. */
export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly figure: number;
  /** The figure should be at most this. */
  readonly target: number;
  /** What the row was made from, each run of it: in dist/bench.json only. */
  readonly runs?: { readonly ours: unknown; readonly peer: unknown };
};

/** A line of the table: a row of a part, or what there is of one that was not measured. */
export type Line = { readonly part: string; readonly what: string } & Partial<Omit<Row, 'what'>>;

/** Where and when something was measured. */
export type Machine = {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly kubernetes: string;
  /** The load average of a minute, as the run began. */
  readonly load: number;
};

export type Report = { readonly machine: Machine; readonly lines: readonly Line[] };

/**
 * Makes a report of a run. What it did not measure stays in it by name, and empty: a figure of another run, or of another
 * machine, says nothing beside these.
 *
 * @param parts the names of all, in their order. @param measured the rows of each that was run. @param former the lines of the report before.
 */
export function reportOf(
  machine: Machine,
  parts: readonly string[],
  measured: ReadonlyMap<string, readonly Row[]>,
  former: readonly Line[],
): Report {
  const lines = parts.flatMap((part): Line[] => {
    const rows = measured.get(part) ?? [];
    if (rows.length > 0) return rows.map(({ runs: _, ...row }) => ({ part, ...row }));
    const known = former.filter(line => line.part === part);
    return known.length > 0 ? known.map(emptied) : [{ part, what: 'all of it' }];
  });
  return { machine, lines };
}

function emptied({ part, what, target }: Line): Line {
  return { part, what, ...(target !== undefined && { target }) };
}

/** The report for people. */
export function markdownOf({ machine, lines }: Report): string {
  const { date, cpu, cores, node, kubernetes, load } = machine;
  return [
    `${date}: ${cores} × ${cpu}, Node ${node}, ${kubernetes}, load average ${load.toFixed(2)} as the run began.`,
    '',
    '| part | what | ours | peer | figure | target |',
    '|---|---|---|---|---:|---:|',
    ...lines.map(line => `| ${cellsOf(line).join(' | ')} |`),
  ].join('\n');
}

/** The cells of a line: figure and target, and whether that is met, last. */
export function cellsOf({ part, what, ours, peer, figure, target }: Line): string[] {
  const aim = target === undefined ? '' : `≤ ${target}`;
  if (figure === undefined || target === undefined) return [part, what, 'not measured', '', '', aim];
  return [
    part,
    what,
    ours ?? '',
    peer ?? '',
    figure.toFixed(3),
    `${aim}${figure <= target ? '' : ', **not met**'}`,
  ];
}
