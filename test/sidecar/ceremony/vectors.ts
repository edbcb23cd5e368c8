import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, handWritten, homeWith } from '../tasks/home.ts';

/** What the Go code made of fixed keys; `about` says which and how. */
export const vectors: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8'),
);

export const state = '{\n  "height": "0",\n  "round": 0,\n  "step": 0\n}';

/** What `seid init` leaves, without the keys. */
export const withoutKeys = {
  ...handWritten,
  'config/genesis.json': vectors.genesisBefore!,
  'data/priv_validator_state.json': state,
};

/** A home as `seid init` leaves it; its keys are those of the vectors. */
export function homeOfSeidInit(changes: Readonly<Record<string, string>> = {}): Home {
  return homeWith({
    ...withoutKeys,
    'config/node_key.json': vectors.nodeKey!,
    'config/priv_validator_key.json': vectors.consensusKey!,
    ...changes,
  });
}

/** What the tasks of a ceremony are asked with, as the vectors have it. */
export const identityParams = { chainId: vectors.chainID, moniker: vectors.moniker };
export const gentxParams = {
  chainId: vectors.chainID,
  stakingAmount: vectors.stakingAmount,
  accountBalance: vectors.accountBalance,
};
