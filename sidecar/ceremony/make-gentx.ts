import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { amountOf, type Coin, parseCoin, parseCoins } from '../../core/coins.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { readCometConfig } from '../config/files.ts';
import { replaceFiles } from '../home/replace-file.ts';
import type { TaskContext } from '../tasks/task.ts';
import { entryAt, parseTOML } from '../toml/document.ts';
import { bech32Address } from './account.ts';
import { gentxFile } from './artifacts.ts';
import { withAccount } from './genesis-account.ts';
import { gentx } from './gentx.ts';
import { readIdentity } from './identity.ts';
import { validatorAccount } from './keyring.ts';

/**
 * Makes, of a home with an identity, an account in the keyring and the genesis, and the gentx that it signs. Done again it
 * comes to the same key, account and signature.
 *
 * @returns else why not. @throws a fault of the file system.
 */
export async function makeGentx(
  stakingAmount: string,
  accountBalance: string,
  { settings: { home, chainID }, log, now }: TaskContext,
): Promise<Result<undefined>> {
  const amounts = amountsOf(stakingAmount, accountBalance);
  if (!amounts.ok) return amounts;
  const { stake, balance } = amounts.value;
  const identity = await readIdentity(home);
  if (!identity.ok) return identity;
  const moniker = await monikerIn(home);
  if (!moniker.ok) return moniker;
  const account = await validatorAccount(home, now());
  if (!account.ok) return account;
  const path = join(home, 'config', 'genesis.json');
  const genesis = withAccount(await readFile(path, 'utf8').catch(() => ''), account.value, balance);
  if (!genesis.ok) return failure(`config/genesis.json ${genesis.error}`);
  const { nodeID, consensusKey } = identity.value;
  const memo = `${nodeID}@${ownAddress()}:26656`;
  const validator = { chainID, moniker: moniker.value, stake, memo, consensusKey, account: account.value };
  await replaceFiles([
    { path, content: genesis.value },
    { path: gentxFile(home, nodeID), content: gentx(validator), mode: 0o600 },
  ]);
  log.info('the gentx is signed', { nodeID, address: bech32Address('sei', account.value.address) });
  return success(undefined);
}

function amountsOf(
  stakingAmount: string,
  accountBalance: string,
): Result<{ readonly stake: Coin; readonly balance: readonly Coin[] }> {
  const stake = parseCoin(stakingAmount);
  if (!stake.ok) return failure(`stakingAmount ${stake.error}`);
  const balance = parseCoins(accountBalance);
  if (!balance.ok) return failure(`accountBalance ${balance.error}`);
  const amount = BigInt(stake.value.amount);
  if (amount === 0n || amountOf(balance.value, stake.value) < amount) {
    return failure(
      'stakingAmount must be above zero and no more than accountBalance has of its denomination',
    );
  }
  return success({ stake: stake.value, balance: balance.value });
}

/** What generate-identity has called the node. */
async function monikerIn(home: string): Promise<Result<string>> {
  const config = await readCometConfig(home);
  if (!config.ok) return config;
  const document = parseTOML(config.value);
  if (!document.ok) return failure(`config.toml ${document.error}`);
  const moniker = entryAt(document.value, ['moniker'])?.value;
  return typeof moniker === 'string' && moniker !== ''
    ? success(moniker)
    : failure('config.toml has no moniker; generate-identity sets it');
}

/** collect-gentxs wants an address in each memo; peers are told by DNS names later (set-genesis-peers). */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(found => found ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? hostname();
}
