import { printable } from '../printable.ts';

/**
 * A value as it may be shown in a message: one line, quoted, control and bidirectional characters escaped, shortened
 * to about 60 characters. Never call it with key material.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(shorten(value)) : String(value);
  return printable(text);
}

/** The path of a field below `parent`: `spec.image`, `data["tls.crt"]`, `spec.peers[0]`. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${shown(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Why a text cannot be read, from what a parser of YAML threw: one clause, the first line of it. */
export function noYAML(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `is no YAML: ${shown(line)}`;
}
