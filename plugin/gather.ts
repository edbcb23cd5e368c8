import { setImmediate } from 'node:timers/promises';
import type { Client } from '../cluster/client.ts';
import type { SeiNode } from '../core/seinode.ts';
import { createJudge, type Judge } from '../wasm/judge.ts';
import { UsageError } from './errors.ts';
import { type CommonOptions, instant, namespaceOf, selection, verbosity } from './options.ts';
import type { Needs } from './source/cluster.ts';
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
  /** The namespace that was asked about; absent for all. */
  readonly namespace: string | undefined;
  readonly judge: Judge;
  /** The moment to judge at, RFC 3339 in UTC. */
  readonly now: string;
  readonly verbosity: number;
  /** The cluster that was read; absent where files were. */
  readonly client?: Client;
  /** Lets the cluster go. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/**
 * Reads the source, files or a cluster, and selects.
 *
 * @param names nodes asked for; none means all. @param needs what a cluster is asked for beside the nodes; their Secrets alone.
 * @throws UsageError for flags that are wrong or leave nothing to read. @throws ClusterError for a cluster that cannot be read.
 */
export async function gather(
  options: CommonOptions<string>,
  terminal: Terminal,
  names: readonly string[] = [],
  needs: Partial<Needs> = {},
): Promise<Gathered> {
  const rest = { now: instant(options.now), verbosity: verbosity(options) };
  const matches = selection(options);
  const reading = readSource(options, terminal, names, { ...secretsAlone, ...needs });
  // Heard below, where it is awaited.
  reading.catch(() => {});
  // While a cluster answers, the rules are made ready.
  if (options.filename === undefined) await setImmediate();
  const judge = createJudge();
  const { fleet, ...source } = await reading;
  const selected = fleet.nodes.filter(({ object: { metadata } }) =>
    matches(metadata.labels ?? {}, metadata.name, metadata.namespace),
  );
  const found = new Set(selected.map(({ object }) => object.metadata.name));
  const asked = new Set(names);
  return {
    fleet,
    nodes: names.length === 0 ? selected : selected.filter(({ object }) => asked.has(object.metadata.name)),
    missing: [...asked].filter(name => !found.has(name)),
    judge,
    ...rest,
    ...source,
    [Symbol.asyncDispose]: async () => source.client?.close(),
  };
}

const secretsAlone: Needs = { secrets: true, managers: true, network: 'none', children: false };

async function readSource(
  options: CommonOptions<string>,
  terminal: Terminal,
  names: readonly string[],
  needs: Needs,
): Promise<{ fleet: Fleet; namespace: string | undefined; client?: Client }> {
  if (options.filename !== undefined) {
    return {
      fleet: await readFiles('-f', options.filename, terminal),
      namespace: namespaceOf(options),
    };
  }
  // What a cluster needs is loaded only for one.
  const { liveNamespace, openLive, readLive } = await import('./live.ts');
  const client = openLive(options, terminal);
  try {
    const fleet = await readLive(options, client, { names, ...needs });
    return { fleet, namespace: liveNamespace(options, client), client };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/**
 * Reads the files that a flag names.
 *
 * @throws UsageError where it names none.
 */
export function readFiles(flag: string, inputs: readonly string[], terminal: Terminal): Promise<Fleet> {
  if (inputs.includes('')) {
    throw new UsageError(`${flag} "" names no file; write ${flag} FILE, ${flag} DIRECTORY or ${flag} -`);
  }
  return readFleet(inputs, { stdin: terminal.stdin });
}
