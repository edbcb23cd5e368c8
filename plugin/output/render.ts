import { printableLine } from '../../core/printable.ts';
import type { Format } from '../options.ts';
import { toJSON, toYAML } from './structured.ts';

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
export function render(format: Format, { kind, content, names, text }: Answer): string {
  switch (format) {
    case 'json':
      return toJSON({ apiVersion: 'seinode.sei.io/v1', kind, ...content() });
    case 'yaml':
      return toYAML({ apiVersion: 'seinode.sei.io/v1', kind, ...content() });
    case 'name':
      return names()
        .map(name => `${printableLine(name)}\n`)
        .join('');
    default:
      return text();
  }
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
