import type { TargetOptions } from '../cluster/target.ts';
import { parseFieldSelector, parseLabelSelector, type Selector } from '../core/selector.ts';
import { UsageError } from './errors.ts';

/** The formats of commands that answer about nodes. */
export const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

/** The formats of `policy check`: those that code scanning and CI read as well. */
export const reportFormats = [...formats, 'sarif', 'junit', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The formats of `netpol reach`: also pictures, as Graphviz, Mermaid and browsers read them. */
export const reachFormats = [...formats, 'dot', 'mermaid', 'svg'] as const;
export type ReachFormat = (typeof reachFormats)[number];

/** The formats of `report`: a page, or a bundle of it and the objects. */
export const documentFormats = ['html', 'zip'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/** The engines that `policy export` writes for. */
export const engineFormats = ['gatekeeper', 'vap', 'rego'] as const;
export type EngineFormat = (typeof engineFormats)[number];

/** Flags that choose a cluster and a caller, as kubectl has them. */
export type ClusterFlags = TargetOptions & {
  /** A duration such as `30s`. */
  readonly requestTimeout: string;
  /** Other contexts are asked at the same time: nobody may ask for a password on the one terminal. */
  readonly besideOthers?: true;
};

/** Flags that every reading command takes, as yargs parses them. */
export type CommonOptions<Output extends string = Format> = ClusterFlags & {
  readonly filename?: readonly string[];
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly output: Output;
  readonly noHeaders: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly now?: string;
  /** Verbosity, a whole number. */
  readonly v: string;
};

/** Whether a person reads the answer. */
export function isForPeople({ output }: { readonly output: string }): boolean {
  return output === 'table' || output === 'wide';
}

/** The namespace that `-n` asks for, undefined for all: `-A` outranks it, and an empty one is none. */
export function namespaceOf({ namespace, allNamespaces }: CommonOptions<string>): string | undefined {
  return allNamespaces || namespace === '' ? undefined : namespace;
}

/** The moment to judge at: `--now`, or the clock. @throws UsageError where `--now` is no RFC 3339 instant. */
export function instant(now: string | undefined): string {
  if (now === undefined) {
    return new Date().toISOString();
  }
  const [, day] = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(now) ?? [];
  const date = new Date(now);
  // Date rolls the 30th of February over; seen without its offset, such a day is another one.
  const wall = new Date(`${now.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.valueOf()) || Number(day) !== wall.getUTCDate()) {
    throw new UsageError(`--now "${now}" is no RFC 3339 instant; write 2026-01-31T12:00:00Z`);
  }
  return date.toISOString();
}

/** What `-v` says. @throws UsageError where it is no whole number. */
export function verbosity({ v }: CommonOptions<string>): number {
  if (!/^\d{1,2}$/.test(v)) {
    throw new UsageError(`-v "${v}" is no verbosity; write -v 0 or -v 1`);
  }
  return Number(v);
}

/** Milliseconds of `--request-timeout`. @throws UsageError */
export function requestTimeout({ requestTimeout: given }: Pick<ClusterFlags, 'requestTimeout'>): number {
  return duration('--request-timeout', given);
}

/** Milliseconds of a duration as kubectl reads it: `1m30s`, a bare number means seconds. @throws UsageError */
export function duration(flag: string, given: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...given.matchAll(/(?<!\d)(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (/^\d+$/.test(given)) {
    return Number(given) * 1000;
  }
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== given) {
    throw new UsageError(`${flag} "${given}" is no duration; write 30s, 2m or 0`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as string]!, 0);
}

/** The selection that `-n`, `-A`, `-l` and `--field-selector` make. @throws UsageError for a selector that does not parse. */
export function selection(
  options: CommonOptions<string>,
): (labels: Labels, name: string, namespace: string) => boolean {
  const labelsMatch = parsed(parseLabelSelector, options.selector);
  const fieldsMatch = parsed(parseFieldSelector, options.fieldSelector);
  const wanted = namespaceOf(options);
  return (labels, name, namespace) =>
    (wanted === undefined || wanted === namespace) &&
    labelsMatch(labels) &&
    fieldsMatch({ 'metadata.name': name, 'metadata.namespace': namespace });
}

type Labels = Readonly<Record<string, string>>;

function parsed(parse: typeof parseLabelSelector, text = ''): Selector {
  const result = parse(text);
  if (!result.ok) {
    throw new UsageError(result.error);
  }
  return result.value;
}
