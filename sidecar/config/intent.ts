import { failure, type Result, success } from '../../core/result.ts';
import { shown } from '../../core/schema/text.ts';
import type { Setting } from '../toml/edit.ts';
import type { TomlValue } from '../toml/value.ts';
import { type FileName, type Key, keys, type Mode } from './keys.ts';
import { shownAt } from './shown.ts';

/** What a configuration is to be: the parameters of config-apply, as sei-config's ConfigIntent has them. */
export type Intent = {
  readonly mode?: Mode | '';
  /** Values by the names of sei-config; all text. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Of the schema that seid is to read; 0 or absent: the newest. */
  readonly targetVersion?: number;
  /** Sets the overrides alone, on what is there. */
  readonly incremental?: boolean;
};

/** What the machine tells, for keys that have no other standard. */
export type Machine = { readonly hostname: string; readonly cores: number };

export type Settings = Readonly<Record<FileName, readonly Setting[]>>;

const newestVersion = 2;

/**
 * What is to be set in each file: what the mode has, then the overrides (sei-config ResolveIntent).
 *
 * @param isSynced what state sync was told is not taken back: it has been done, or seid is about to (contract §3).
 * @returns else everything that is wrong with the intent.
 */
export function settingsOf(
  intent: Intent,
  machine: Machine,
  chainID: string,
  isSynced: boolean,
): Result<Settings> {
  const { mode, overrides = {}, targetVersion = 0, incremental = false } = intent;
  const faults = [
    ...(mode || incremental ? [] : ['mode is not set; it must be validator, full, seed or archive']),
    ...(targetVersion > newestVersion
      ? [`targetVersion ${targetVersion} is not known; the newest is ${newestVersion}`]
      : []),
    ...Object.entries(overrides).flatMap(([name, text]) => overrideFault(name, text, chainID)),
  ];
  if (faults.length > 0) return failure(faults.join('; '));
  const version = BigInt(targetVersion || newestVersion);
  const wanted = (key: Key): TomlValue | undefined => {
    const text = key.name === undefined ? undefined : overrides[key.name];
    if (text !== undefined) return key.kind.read(text);
    // What a mode is called stands in the files too; the rest of an incremental intent is left as it is.
    if (!mode || (incremental && key.path.at(-1) !== 'mode')) return undefined;
    if (isSynced && key.path[0] === 'statesync') return undefined;
    return key.path.join('.') === 'sei.version' ? version : (key.standard(mode) ?? told(key, machine));
  };
  const inFile = (file: FileName) =>
    keys
      .filter(key => key.file === file)
      .map(key => ({ path: key.path, value: wanted(key) }))
      .filter((setting): setting is Setting => setting.value !== undefined);
  return success({ 'config.toml': inFile('config.toml'), 'app.toml': inFile('app.toml') });
}

/** The chain is the sidecar's own (SEI_CHAIN_ID) and stands in no file; sei-config knows it all the same. */
function overrideFault(name: string, text: string, chainID: string): string[] {
  if (name === 'chain.chain_id') {
    return text === chainID
      ? []
      : [`override ${name} is ${shownAt(name, text)}; this sidecar is of chain ${chainID}`];
  }
  const key = keys.find(key => key.name === name);
  if (key === undefined)
    return [`override ${shown(name)} (${shownAt(name, text)}) is not known${nearest(name)}`];
  if (key.kind.read(text) !== undefined) return [];
  return [`override ${name} is ${shownAt(name, text)}; it must be ${key.kind.right}`];
}

/** People write the places of the files where sei-config's names are wanted. */
function nearest(name: string): string {
  const key = keys.find(({ path }) => path.join('.') === name);
  if (key?.name) return `; ${key.file}'s ${name} is called ${key.name}`;
  return '; its names are those of sei-config, such as network.p2p.max_connections';
}

/** sei-config asks the machine for these. */
function told({ name = '' }: Key, { hostname, cores }: Machine): TomlValue | undefined {
  switch (name) {
    case 'chain.moniker':
      return hostname;
    case 'chain.concurrency_workers':
      return BigInt(Math.max(10, Math.min(cores * 2, 128)));
    case 'evm.worker_pool_size':
    case 'evm.max_concurrent_simulation_calls':
      return BigInt(Math.min(64, cores * 2));
    default:
      return undefined;
  }
}
