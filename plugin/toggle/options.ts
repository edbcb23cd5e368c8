import { hostname, userInfo } from 'node:os';
import type { Client } from '../../cluster/client.ts';
import { printableLine } from '../../core/printable.ts';
import { UsageError } from '../errors.ts';
import { type CommonOptions, duration, type Format } from '../options.ts';

/** Flags of every command that changes a cluster, as yargs parses them. */
export type ChangeOptions = CommonOptions<Format> & {
  readonly dryRun: 'none' | 'client' | 'server';
  readonly yes: boolean;
  readonly wait: boolean;
  /** A duration such as `30m`. */
  readonly timeout: string;
  readonly noVerify: boolean;
};

/** Flags and arguments of `tls enable` and `tls disable`. */
export type ToggleOptions = ChangeOptions & {
  readonly nodes: readonly string[];
  readonly secret?: string;
  readonly maxUnavailable: string;
  readonly ignoreDefaultSize: boolean;
};

/** Which cluster is meant, for who is asked about it. */
export function placeOf({ where, context }: Pick<Client, 'where' | 'context'>): string {
  return printableLine(context === undefined ? where : `${where}, context ${JSON.stringify(context)}`);
}

/** Milliseconds that one node may take; 0 for as long as it wants. @throws UsageError */
export function timeoutOf({ timeout }: Pick<ChangeOptions, 'timeout'>): number {
  return duration('--timeout', timeout);
}

/** `USER@HOST`: who works on a toggle, for others to read. */
export function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without an entry in passwd, as in many containers.
    return `${process.getuid?.() ?? 'somebody'}@${hostname()}`;
  }
}

/** What `--max-unavailable` says. @throws UsageError */
export function maxUnavailable({ maxUnavailable: given }: Pick<ToggleOptions, 'maxUnavailable'>): number {
  if (!/^[1-9]\d{0,2}$/.test(given)) {
    throw new UsageError(`--max-unavailable "${given}" is no number of nodes; write 1 or more`);
  }
  return Number(given);
}

/** Flags that somebody else needs to reach the same place. */
export function sameFlags(options: CommonOptions<string>, namespace: string): string {
  const { kubeconfig, context, cluster, user, as, asGroup = [] } = options;
  const flags = [
    ...Object.entries({ kubeconfig, context, cluster, user, as }),
    ...asGroup.map(group => ['as-group', group]),
  ];
  const given = flags.flatMap(([flag, value]) =>
    value === undefined ? [] : [` --${flag} ${quoted(value)}`],
  );
  const groups = (options.asGroup ?? []).map(group => ` --as-group ${quoted(group)}`);
  return `-n ${quoted(namespace)}${[...given, ...groups].join('')}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
