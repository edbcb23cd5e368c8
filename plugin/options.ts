import { parseFieldSelector, parseLabelSelector, type Selector } from '../core/selector.ts';
import { UsageError } from './errors.ts';

/** The formats of commands that answer about nodes. */
export const formats = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

/** Flags that every reading command takes, as yargs parses them. */
export type CommonOptions = {
  readonly filename?: readonly string[];
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly output: Format;
  readonly noHeaders: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly now?: string;
  readonly v: number;
};

/** The moment to judge at: `--now`, or the clock. @throws UsageError where `--now` is no RFC 3339 instant. */
export function instant(now: string | undefined): string {
  if (now === undefined) {
    return new Date().toISOString();
  }
  const date = new Date(now);
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(now) ||
    Number.isNaN(date.valueOf())
  ) {
    throw new UsageError(`--now "${now}" is no RFC 3339 instant; write 2026-01-31T12:00:00Z`);
  }
  return date.toISOString();
}

/** The selection that `-n`, `-A`, `-l` and `--field-selector` make. @throws UsageError for a selector that does not parse. */
export function selection(
  options: CommonOptions,
): (labels: Labels, name: string, namespace: string) => boolean {
  const labelsMatch = parsed(parseLabelSelector, options.selector);
  const fieldsMatch = parsed(parseFieldSelector, options.fieldSelector);
  const wanted = options.allNamespaces ? undefined : options.namespace;
  return (labels, name, namespace) =>
    (wanted === undefined || wanted === namespace) &&
    labelsMatch(labels) &&
    fieldsMatch({ 'metadata.name': name, 'metadata.namespace': namespace });
}

type Labels = Readonly<Record<string, string>>;

function parsed(parse: typeof parseLabelSelector, text: string | undefined): Selector {
  const result = parse(text ?? '');
  if (!result.ok) {
    throw new UsageError(result.error);
  }
  return result.value;
}
