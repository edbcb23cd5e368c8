import { amountOf, parseCoin, parseCoins } from '../coins.ts';
import type { GenesisCeremony } from '../mode-specs.ts';
import type { FieldFault } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';

const ceremonyField = 'spec.validator.genesisCeremony';

/**
 * What is wrong with a validator's part in a genesis ceremony; nothing for a node that has none. A node that has been
 * through it is not held up by these.
 */
export function ceremonyFaults({ spec: { chainId, validator } }: SeiNode): FieldFault[] {
  const ceremony = validator?.genesisCeremony;
  if (!ceremony) return [];
  const otherChain = { field: `${ceremonyField}.chainId`, message: `must be spec.chainId, ${chainId}` };
  return [...(ceremony.chainId === chainId ? [] : [otherChain]), ...amountFaults(ceremony)];
}

function amountFaults({ stakingAmount = '', accountBalance = '' }: GenesisCeremony): FieldFault[] {
  const stake = parseCoin(stakingAmount);
  const balance = parseCoins(accountBalance);
  const fault = (field: string, message: string) => [{ field: `${ceremonyField}.${field}`, message }];
  if (!stake.ok || !balance.ok) {
    return [
      ...(stake.ok ? [] : fault('stakingAmount', stake.error)),
      ...(balance.ok ? [] : fault('accountBalance', balance.error)),
    ];
  }
  if (stake.value.amount === '0') return fault('stakingAmount', 'must be above zero');
  const short = amountOf(balance.value, stake.value) < BigInt(stake.value.amount);
  return short ? fault('accountBalance', 'must be the stakingAmount or more, of its denomination') : [];
}
