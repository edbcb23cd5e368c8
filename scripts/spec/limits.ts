import type { Schema } from '../../core/schema/structural.ts';

type Limits = Schema & { readonly default?: unknown; readonly maximum?: number };
type Phrase = readonly [keyof Limits, (value: never) => string];

const phrases: readonly Phrase[] = [
  ['default', (value: unknown) => `default \`${JSON.stringify(value)}\``],
  ['enum', (values: readonly string[]) => values.map(value => `\`${value}\``).join(', ')],
  ['minimum', (value: number) => `at least ${value}`],
  ['maximum', (value: number) => `at most ${value}`],
  ['minLength', (value: number) => (value === 1 ? 'not empty' : `at least ${value} characters`)],
  ['maxLength', (value: number) => `at most ${value} characters`],
  ['minItems', (value: number) => `at least ${value} of them`],
  ['maxItems', (value: number) => `at most ${value} of them`],
  ['minProperties', (value: number) => `at least ${value} of them`],
  ['x-kubernetes-list-map-keys', (keys: readonly string[]) => `one each ${keys.join(', ')}`],
  ['x-kubernetes-preserve-unknown-fields', () => 'kept as it is'],
  ['pattern', (value: string) => `\`${value}\``],
];

/** What a schema asks of a value beside its type, a phrase each. */
export function limitsOf(field: Limits): string[] {
  return phrases.flatMap(([key, phrase]) => (field[key] === undefined ? [] : [phrase(field[key] as never)]));
}
