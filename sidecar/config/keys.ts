import { isList, type TomlValue } from '../toml/value.ts';
import app from './app-keys.json' with { type: 'json' };
import config from './config-keys.json' with { type: 'json' };
import { type Kind, kinds } from './kinds.ts';

/** The two files of seid's configuration, in SEI_HOME/config. */
export type FileName = 'config.toml' | 'app.toml';

/** A role of a node, as sei-config has it. */
export type Mode = 'validator' | 'full' | 'seed' | 'archive';

/** A key of a file that sei-config writes. */
export type Key = {
  readonly file: FileName;
  readonly path: readonly string[];
  /** Its name among the overrides; undefined where overrides cannot set it. One name may stand for a key in each file. */
  readonly name: string | undefined;
  readonly kind: Kind;
  /** What a node of that mode has unless it is overridden; undefined: the key is left out, or the machine tells. */
  readonly standard: (mode: Mode) => TomlValue | undefined;
};

/** Anything of JSON that is a value of TOML too. */
type Plain = string | number | boolean | readonly Plain[];
/** The name among the overrides, the kind, what every mode has, what some modes have instead. */
type Row = readonly [
  name: string | null,
  kind: string,
  standard: Plain | null,
  instead?: Partial<Record<Mode, Plain>>,
];

/** Every key that is known, in the order in which sei-config (v0.0.21) writes them. */
export const keys: readonly Key[] = [...keysOf('config.toml', config), ...keysOf('app.toml', app)];

function keysOf(file: FileName, rows: object): Key[] {
  return Object.entries(rows as Record<string, Row>).map(([place, [name, kind, standard, instead]]) => {
    return {
      file,
      path: place.split('.'),
      name: name ?? undefined,
      kind: kinds[kind as keyof typeof kinds],
      standard: mode => meant(instead?.[mode] ?? standard, kinds[kind as keyof typeof kinds]),
    };
  });
}

/** JSON does not tell integers from floats; the kind does. */
function meant(value: Plain | null, kind: Kind): TomlValue | undefined {
  if (value === null) return undefined;
  return kind.read(Number.isInteger(value) ? BigInt(value as number) : toml(value));
}

function toml(value: Plain): TomlValue {
  return isList(value as TomlValue) ? (value as readonly Plain[]).map(toml) : (value as TomlValue);
}
