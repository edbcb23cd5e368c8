import type { SeiNode } from '../core/seinode.ts';
import { createJudge, type Judge } from '../wasm/judge.ts';
import { UsageError } from './errors.ts';
import { type CommonOptions, instant, selection } from './options.ts';
import { printableLine } from './output/printable.ts';
import { readFleet } from './source/files.ts';
import type { Fault, Fleet, Sourced } from './source/fleet.ts';
import { paint, type Terminal } from './terminal.ts';

/** What a reading command starts from. */
export type Gathered = {
  readonly fleet: Fleet;
  /** The nodes that the flags and the given names select. */
  readonly nodes: readonly Sourced<SeiNode>[];
  /** Given names that no node in the selection has. */
  readonly missing: readonly string[];
  readonly judge: Judge;
  readonly now: string;
};

/**
 * Reads the source and selects.
 *
 * @param names nodes asked for; none means all.
 * @throws UsageError for flags that are wrong or leave nothing to read.
 */
export async function gather(
  options: CommonOptions,
  terminal: Terminal,
  names: readonly string[] = [],
): Promise<Gathered> {
  const now = instant(options.now);
  const matches = selection(options);
  if (options.filename === undefined) {
    throw new UsageError('say what to read: -f FILE, -f DIRECTORY or -f - (a cluster cannot be read yet)');
  }
  const fleet = await readFleet(options.filename, { stdin: terminal.stdin });
  const selected = fleet.nodes.filter(({ object: { metadata } }) =>
    matches(metadata.labels ?? {}, metadata.name, metadata.namespace),
  );
  return {
    fleet,
    nodes:
      names.length === 0 ? selected : selected.filter(({ object }) => names.includes(object.metadata.name)),
    missing: names.filter(name => !selected.some(({ object }) => object.metadata.name === name)),
    judge: createJudge(),
    now,
  };
}

/** Writes what could not be read, one line each: file, line, field, what is wrong. */
export function reportFaults(terminal: Terminal, faults: readonly Fault[]): void {
  for (const { file, line, field, message } of faults) {
    const place = file === undefined ? [] : [line === undefined ? file : `${file}:${line}`];
    terminal.error(
      `${paint(terminal, 'red', 'error:')} ${printableLine([...place, ...(field ? [field] : []), message].join(': '))}`,
    );
  }
}

/** Writes which of the named nodes are not there. */
export function reportMissing(terminal: Terminal, missing: readonly string[], options: CommonOptions): void {
  const where =
    options.namespace === undefined || options.allNamespaces ? '' : ` in namespace ${options.namespace}`;
  for (const name of missing) {
    reportFaults(terminal, [{ message: `SeiNode "${name}" not found${where}` }]);
  }
}

/** With `-v 1`, writes which kinds no rule reads. */
export function reportIgnored(terminal: Terminal, fleet: Fleet, options: CommonOptions): void {
  for (const { apiVersion, kind, count, first } of options.v > 0 ? fleet.ignored : []) {
    terminal.error(
      printableLine(`ignored: ${count} × ${kind} (${apiVersion}), first at ${first.file}:${first.line}`),
    );
  }
}
