import pLimit from 'p-limit';
import { failure, type Result, success } from '../../core/result.ts';
import { blockHash, type NodeStatus, nodeStatus } from '../rpc/comet.ts';

/** A block that state sync begins to trust, and those that told it. */
export type TrustPoint = {
  readonly height: bigint;
  readonly hash: string;
  readonly witnesses: readonly string[];
};

/** Blocks behind the newest one: far enough that every witness has it, near enough for the trust period. */
const behind = 2000n;
const atOnce = 16;

type Answer<T> = { readonly witness: string; readonly answer: Result<T> };

/**
 * Asks every witness for a block, and believes it only where two or more tell the same hash and none another: one alone
 * could lead the node onto a chain of its own.
 *
 * @param witnesses as HOST:PORT, each once. @param height undefined: the lowest of their newest, less 2000.
 * @returns else why it is not believed, with what each of them told.
 */
export async function trustPoint(
  witnesses: readonly string[],
  chainID: string,
  height: bigint | undefined,
  signal: AbortSignal,
): Promise<Result<TrustPoint>> {
  const statuses = await askAll(witnesses, witness => fit(witness, chainID, signal));
  const answering = present(statuses);
  if (answering.length < 2) return failure(tooFew(statuses));
  // One that is behind itself would pull the height below what the others still have.
  const settled = answering.filter(([, { isCatchingUp }]) => !isCatchingUp);
  const asked = settled.length >= 2 ? settled : answering;
  const at = height ?? trustHeight(asked.map(([, { latestHeight }]) => latestHeight));
  const hashes = await askAll(
    asked.map(([witness]) => witness),
    witness => blockHash(witness, at, signal),
  );
  const told = present(hashes);
  const different = new Set(told.map(([, hash]) => hash));
  if (different.size > 1) {
    const each = told.map(([witness, hash]) => `${witness} tells ${hash}`).join(', ');
    return failure(
      `the witnesses do not agree on the hash of block ${at}: ${each}; find out which of them is wrong`,
    );
  }
  if (told.length < 2) return failure(`${tooFew(hashes)} for block ${at}`);
  return success({ height: at, hash: told[0]![1], witnesses: told.map(([witness]) => witness) });
}

function trustHeight(latest: readonly bigint[]): bigint {
  const lowest = latest.reduce((least, height) => (height < least ? height : least));
  return lowest - behind > 1n ? lowest - behind : 1n;
}

async function fit(witness: string, chainID: string, signal: AbortSignal): Promise<Result<NodeStatus>> {
  const status = await nodeStatus(witness, signal);
  if (!status.ok) return status;
  const { network = chainID, latestHeight } = status.value;
  if (network !== chainID) return failure(`is of chain ${network}`);
  return latestHeight > 0n ? status : failure('has no block yet');
}

async function askAll<T>(
  witnesses: readonly string[],
  ask: (witness: string) => Promise<Result<T>>,
): Promise<Answer<T>[]> {
  const limit = pLimit(atOnce);
  return Promise.all(witnesses.map(witness => limit(async () => ({ witness, answer: await ask(witness) }))));
}

function present<T>(answers: readonly Answer<T>[]): [witness: string, value: T][] {
  return answers.flatMap(({ witness, answer }) => (answer.ok ? [[witness, answer.value]] : []));
}

function tooFew<T>(answers: readonly Answer<T>[]): string {
  const each = answers.map(({ witness, answer }) => {
    if (!answer.ok) return `${witness} ${answer.error}`;
    return typeof answer.value === 'string' ? `${witness} tells ${answer.value}` : `${witness} answers`;
  });
  return `two or more witnesses must tell the same, ${present(answers).length} did: ${each.join('; ')}`;
}
