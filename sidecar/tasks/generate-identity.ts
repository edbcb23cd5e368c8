import { failure, success } from '../../core/result.ts';
import { ensureIdentity, readIdentity } from '../ceremony/identity.ts';
import { setInConfig } from '../config/files.ts';
import { unfitForIdentity } from '../home/chain.ts';
import { isMarked, mark } from '../home/markers.ts';
import type { TaskKind } from './task.ts';

/** Bytes, as the SDK counts them: with a longer one among its gentxs a chain does not begin. */
const longestMoniker = 70;

/**
 * Gives a validator of a chain that is to begin its keys, those that `seid init` has left where there are any, and its
 * name. No key is ever written over another, nor is the height that it has signed written at all (contract §3).
 */
export const generateIdentity: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['chainId', 'moniker'],
    properties: {
      chainId: { type: 'string', minLength: 1, description: 'The chain; it must be that of the sidecar.' },
      moniker: {
        type: 'string',
        minLength: 1,
        maxLength: longestMoniker,
        description: 'What the validator is called.',
      },
    },
  },
  exclusive: true,
  run: async ({ chainId, moniker }, { settings: { home, chainID }, log }) => {
    if (isMarked(home, 'identity')) return success(undefined);
    if (chainId !== chainID) return failure(`chainId is not ${chainID}, the chain of this sidecar`);
    const name = String(moniker);
    if (Buffer.byteLength(name) > longestMoniker || !name.isWellFormed()) {
      return failure(`moniker is longer than ${longestMoniker} bytes, or no Unicode`);
    }
    const unfit = await unfitForIdentity(home);
    if (unfit !== undefined) return failure(unfit);
    await ensureIdentity(home);
    const identity = await readIdentity(home);
    if (!identity.ok) return identity;
    const named = await setInConfig(home, [{ path: ['moniker'], value: name }]);
    if (!named.ok) return named;
    await mark(home, 'identity');
    log.info('the node has its identity', { nodeID: identity.value.nodeID });
    return success(undefined);
  },
};
