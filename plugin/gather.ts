import type { SeiNode } from '../core/seinode.ts';
import { createJudge, type Judge } from '../wasm/judge.ts';
import { UsageError } from './errors.ts';
import { type CommonOptions, instant, selection, verbosity } from './options.ts';
import { readFleet } from './source/files.ts';
import type { Fleet, Sourced } from './source/fleet.ts';
import type { Terminal } from './terminal.ts';

/** What a reading command starts from. */
export type Gathered = {
  readonly fleet: Fleet;
  /** The nodes that the flags and the given names select. */
  readonly nodes: readonly Sourced<SeiNode>[];
  /** Given names that no node in the selection has. */
  readonly missing: readonly string[];
  readonly judge: Judge;
  /** The moment to judge at, RFC 3339 in UTC. */
  readonly now: string;
  readonly verbosity: number;
};

/**
 * Reads the source and selects.
 *
 * @param names nodes asked for; none means all.
 * @throws UsageError for flags that are wrong or leave nothing to read.
 */
export async function gather(
  options: CommonOptions<string>,
  terminal: Terminal,
  names: readonly string[] = [],
): Promise<Gathered> {
  const rest = { now: instant(options.now), verbosity: verbosity(options) };
  const matches = selection(options);
  const fleet = await readFiles('-f', options.filename, terminal);
  const selected = fleet.nodes.filter(({ object: { metadata } }) =>
    matches(metadata.labels ?? {}, metadata.name, metadata.namespace),
  );
  const found = new Set(selected.map(({ object }) => object.metadata.name));
  const asked = new Set(names);
  return {
    fleet,
    nodes: names.length === 0 ? selected : selected.filter(({ object }) => asked.has(object.metadata.name)),
    missing: [...asked].filter(name => !found.has(name)),
    judge: createJudge(),
    ...rest,
  };
}

/**
 * Reads the files that a flag names.
 *
 * @throws UsageError where it names none.
 */
export function readFiles(
  flag: string,
  inputs: readonly string[] | undefined,
  terminal: Terminal,
): Promise<Fleet> {
  if (inputs === undefined) {
    throw new UsageError(
      `say what to read: ${flag} FILE, ${flag} DIRECTORY or ${flag} - (a cluster cannot be read yet)`,
    );
  }
  if (inputs.includes('')) {
    throw new UsageError(`${flag} "" names no file; write ${flag} FILE, ${flag} DIRECTORY or ${flag} -`);
  }
  return readFleet(inputs, { stdin: terminal.stdin });
}
