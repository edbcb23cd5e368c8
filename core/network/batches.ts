import type { Question } from './classes.ts';
import type { NetworkInput } from './question.ts';

/**
 * Takes a question apart into such as the rules answer within their memory: what they say of egress grows with targets
 * times policies. Sources, policies and addresses keep their indexes.
 *
 * @param most how many targets that differ are asked about at once.
 */
export function batchesOf({ input, pods, targets }: Question, most = mostAtOnce(input)): Question[] {
  const batches: Question['targets'][number][][] = [];
  let seen = new Set<number>();
  for (const asked of targets) {
    if (batches.length === 0 || (seen.size === most && !seen.has(asked.index))) {
      batches.push([]);
      seen = new Set();
    }
    seen.add(asked.index);
    batches.at(-1)?.push(asked);
  }
  return batches.map(batch => {
    const indexes = [...new Set(batch.map(({ index }) => index))];
    const places = new Map(indexes.map((index, place) => [index, place]));
    return {
      input: { ...input, targets: indexes.map(index => input.targets[index]!) },
      pods,
      targets: batch.map(({ target, index }) => ({ target, index: places.get(index)! })),
    };
  });
}

/** What egress rules say of all targets must fit: so many answers of theirs do. */
const outlets = 10_000;

function mostAtOnce({ policies }: NetworkInput): number {
  const exits = policies
    .flatMap(({ spec }) => spec?.egress ?? [])
    .reduce((sum, { to = [] }) => sum + Math.max(1, to.length), 0);
  return Math.max(1, Math.min(64, Math.floor(outlets / (exits + 1))));
}
