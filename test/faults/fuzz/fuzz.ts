import type { ExecutionContext } from 'ava';
import { type Random, seeded } from '../../core/x509/random.ts';
import { isWhole, survives, type Who } from '../matrix.ts';

/** By hand: for so long, over other documents each time. Else the same ones, so many. */
const minutes = Number(process.env.FUZZ_MINUTES || '0');
const seed = Number(process.env.FUZZ_SEED || (minutes > 0 ? Date.now() % 1e9 : 20_261_121));

/** Microseconds of this thread's own that one document may take: a hundred times what the slowest does. */
const most = 20_000_000;

export type Target = {
  readonly who: Who;
  readonly fault: string;
  /** How many documents `npm test` has: ten seconds or so on a quiet machine. */
  readonly count: number;
  /** How many `npm run faults` has: up to a minute. */
  readonly whole: number;
  /** Makes a document of a number alone, and looks at what becomes of it. @returns what is wrong with that, undefined where nothing is. */
  readonly holds: (random: Random) => string | undefined | Promise<string | undefined>;
};

/** What no document may change. */
const untouched = () =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype]
    .flatMap(each => Reflect.ownKeys(each).map(String))
    .join();
const before = untouched();

/**
 * Puts documents to a target. One that fails is told by its number: `FUZZ_SEED=… FUZZ_FROM=…` begins with it.
 */
export async function fuzz(
  t: ExecutionContext,
  { who, fault, count: sample, whole, holds }: Target,
): Promise<void> {
  const count = isWhole ? whole : sample;
  const found: string[] = [];
  const until = performance.now() + minutes * 60_000;
  let at = Number(process.env.FUZZ_FROM || '0');
  const isOver = () => (minutes > 0 ? performance.now() > until : at >= count);
  const slowest = { at: 0, used: 0 };
  await survives(
    { who, fault },
    async () => {
      for (; !isOver() && found.length < 5; at++) {
        const begun = process.threadCpuUsage().user;
        const wrong = await said(() => holds(seeded(seed + at * 7919)));
        const used = process.threadCpuUsage().user - begun;
        if (used > slowest.used) Object.assign(slowest, { at, used });
        if (wrong !== undefined) found.push(`${at}: ${wrong}`);
        if (used > most) found.push(`${at}: took ${used} microseconds`);
        if (untouched() !== before) found.push(`${at}: changed what every object has`);
      }
      t.log(
        `${at} documents of seed ${seed}; the slowest, ${slowest.at}, took ${Math.round(slowest.used / 1000)} ms`,
      );
      t.deepEqual(found, []);
    },
    count,
  );
}

async function said(
  body: () => string | undefined | Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await body();
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Why a sentence is none for people: more than a line, too long, characters that move a cursor, or where in a program it was thrown. */
export function noSentence(text: string, longest = 9000): string | undefined {
  if (text.trim() === '') return 'says nothing';
  if (text.length > longest) return `says ${text.length} characters: ${text.slice(0, 200)}`;
  if (/[\p{Cc}\u2028\u2029]/u.test(text))
    return `says more than a line: ${JSON.stringify(text.slice(0, 300))}`;
  return /\bat \S+ \(|node:internal|\.ts:\d|\bundefined\b|\[object/.test(text)
    ? `says ${text.slice(0, 300)}`
    : undefined;
}
