import { shown } from '../../core/schema/text.ts';
import type { TomlValue } from '../toml/value.ts';

/** The value of a key as a message may show it: the connection to a database holds its password. */
export function shownAt(name: string, value: TomlValue | undefined): string {
  if (value === undefined) return 'a table';
  if (value instanceof Date) return 'a date';
  return /psql/i.test(name) ? 'a value that is not shown' : shown(value);
}
