import { goDuration } from '../go-duration.ts';
import type { TomlValue } from '../toml/value.ts';
import type { FileName } from './keys.ts';

/** What a key of a file means, by its dotted place; undefined where it is not there. */
export type Lookup = (file: FileName, place: string) => TomlValue | undefined;

/** A key that is wrong beside the others: `must` says what would be right. */
export type Rule = {
  readonly file: FileName;
  readonly place: string;
  readonly must: string;
  readonly isBroken: (of: Lookup) => boolean;
};

/** What sei-config or seid itself refuses beyond the kind of each value; a key left out counts where seid has no default for it. */
export const rules: readonly Rule[] = [
  {
    file: 'app.toml',
    place: 'minimum-gas-prices',
    must: 'be set, for example to 0.01usei',
    isBroken: of => !of('app.toml', 'minimum-gas-prices'),
  },
  {
    file: 'app.toml',
    place: 'pruning',
    must: 'not be everything while state-sync.snapshot-interval is above 0: a snapshot needs what is pruned',
    isBroken: of =>
      of('app.toml', 'pruning') === 'everything' &&
      isPositive(of('app.toml', 'state-sync.snapshot-interval')),
  },
  {
    file: 'app.toml',
    place: 'state-store.ss-enable',
    must: 'be true while state-sync.snapshot-interval is above 0 and state-commit.sc-enable true: seid ends at once else',
    isBroken: of =>
      isPositive(of('app.toml', 'state-sync.snapshot-interval')) &&
      of('app.toml', 'state-commit.sc-enable') === true &&
      of('app.toml', 'state-store.ss-enable') !== true,
  },
  ...['http', 'ws'].map(
    (way): Rule => ({
      file: 'app.toml',
      place: `evm.${way}_port`,
      must: `be above 0 while evm.${way}_enabled is true`,
      isBroken: of =>
        of('app.toml', `evm.${way}_enabled`) === true && isNotPositive(of('app.toml', `evm.${way}_port`)),
    }),
  ),
  ofStateSync('rpc-servers', 'name two or more servers unless statesync.use-p2p is true', of => {
    const servers = String(of('config.toml', 'statesync.rpc-servers') ?? '').split(',');
    return of('config.toml', 'statesync.use-p2p') !== true && servers.filter(Boolean).length < 2;
  }),
  ofStateSync('trust-height', 'be above 0', of => !isPositive(of('config.toml', 'statesync.trust-height'))),
  ofStateSync('trust-hash', 'be the hash of a block, in hexadecimal', of => {
    const hash = String(of('config.toml', 'statesync.trust-hash') ?? '');
    return !/^([\da-f]{2})+$/i.test(hash);
  }),
  ofStateSync('trust-period', 'be above 0', of => {
    const period = String(of('config.toml', 'statesync.trust-period') ?? '');
    return !((goDuration(period) ?? 0) > 0);
  }),
  ofStateSync('fetchers', 'be above 0', of => isNotPositive(of('config.toml', 'statesync.fetchers'))),
  ofStateSync('backfill-blocks', 'not be below 0', of => {
    const blocks = of('config.toml', 'statesync.backfill-blocks');
    return typeof blocks === 'bigint' && blocks < 0n;
  }),
];

function ofStateSync(key: string, must: string, isBroken: (of: Lookup) => boolean): Rule {
  return {
    file: 'config.toml',
    place: `statesync.${key}`,
    must: `${must} while statesync.enable is true`,
    isBroken: of => of('config.toml', 'statesync.enable') === true && isBroken(of),
  };
}

function isPositive(value: TomlValue | undefined): boolean {
  return typeof value === 'bigint' && value > 0n;
}

function isNotPositive(value: TomlValue | undefined): boolean {
  return value !== undefined && !isPositive(value);
}
