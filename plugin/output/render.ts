import { printableLine } from '../../core/printable.ts';
import type { Format } from '../options.ts';
import { jsonPieces, type Structured, toJSON, toYAML } from './structured.ts';

/** One answer in its three shapes; only the one asked for is made. */
export type Answer = {
  readonly kind: string;
  /** The fields of the versioned document after apiVersion and kind. */
  readonly content: () => Readonly<Record<string, unknown>>;
  /** For `-o name`. */
  readonly names: () => readonly string[];
  /** For `-o table` and `-o wide`. */
  readonly text: () => string;
};

/** The text of an answer in the format asked for. */
export function render(format: Format, answer: Answer): string {
  switch (format) {
    case 'json':
      return toJSON(documentOf(answer));
    case 'yaml':
      return toYAML(documentOf(answer));
    case 'name':
      return answer
        .names()
        .map(name => `${printableLine(name)}\n`)
        .join('');
    default:
      return answer.text();
  }
}

/** The same in pieces, for answers that may be long. */
export function rendered(format: Format, answer: Answer): Iterable<string> {
  return format === 'json' ? jsonPieces(documentOf(answer)) : [render(format, answer)];
}

function documentOf({ kind, content }: Answer): Structured {
  return { apiVersion: 'seinode.sei.io/v1', kind, ...content() };
}

/** A node as `-o name` has it: RESOURCE.GROUP/NAME, as kubectl writes it. */
export function nodeName({ name }: { readonly name: string }): string {
  return `seinode.sei.io/${name}`;
}

/** The same of any object that is judged. */
export function objectName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  switch (kind) {
    case 'Pod':
      return `pod/${name}`;
    case 'StatefulSet':
      return `statefulset.apps/${name}`;
    default:
      return nodeName({ name });
  }
}
