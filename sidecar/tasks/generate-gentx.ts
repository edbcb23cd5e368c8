import { failure, success } from '../../core/result.ts';
import { unfitForIdentity } from '../home/chain.ts';
import { isMarked, mark } from '../home/markers.ts';
import type { TaskKind } from './task.ts';

const coins = { type: 'string', minLength: 1 };

/**
 * Makes the account of a validator, puts it into this home's genesis.json and signs the transaction that makes the
 * validator. What signs and encodes is loaded as it runs.
 */
export const generateGentx: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['chainId', 'stakingAmount', 'accountBalance'],
    properties: {
      chainId: { type: 'string', minLength: 1, description: 'The chain; it must be that of the sidecar.' },
      stakingAmount: { ...coins, description: 'What the validator stakes, such as 1000000usei.' },
      accountBalance: { ...coins, description: 'What its account has, such as 10000000usei.' },
      genesisParams: {
        type: 'string',
        description: 'Passed over: whoever assembles the genesis sets them.',
      },
    },
  },
  exclusive: true,
  run: async (params, context) => {
    const { home, chainID } = context.settings;
    if (isMarked(home, 'gentx')) return success(undefined);
    if (params.chainId !== chainID) return failure(`chainId is not ${chainID}, the chain of this sidecar`);
    if (isMarked(home, 'genesis')) return failure('the genesis of the chain is in its place: it is too late');
    const unfit = await unfitForIdentity(home);
    if (unfit !== undefined) return failure(unfit);
    const { makeGentx } = await import('../ceremony/make-gentx.ts');
    const made = await makeGentx(String(params.stakingAmount), String(params.accountBalance), context);
    if (!made.ok) return made;
    await mark(home, 'gentx');
    return success(undefined);
  },
};
