import type { ExecutionContext } from 'ava';
import { whyNoGo } from '../../go-program.ts';
import { type Request, startOracle } from '../../oracle/oracle.ts';
import { requires } from '../../requires.ts';
import { difference, ours } from './compare.ts';
import { type Random, seeded } from './random.ts';

const reason = whyNoGo();

/** How many times the usual number of cases to run; FUZZ_SEED moves every sequence elsewhere. */
export const scale = Number(process.env.FUZZ_SCALE || '1');

/** A test that needs Go: skipped under a title that says why, except in CI, where it fails. */
export const testAgainstGo = requires(`Go 1.26 or later: ${reason}`, reason === undefined);

/** Puts `count` cases (times the scale) to Go and to us, and wants one answer; shows the first few differences. */
export async function agree(
  t: ExecutionContext,
  seed: number,
  count: number,
  make: (random: Random) => Request,
): Promise<void> {
  const found: string[] = [];
  let accepted = 0;
  const oracle = startOracle();
  const random = seeded(seed + Number(process.env.FUZZ_SEED || '0'));
  for (let done = 0; done < count * scale && found.length < 20; done += 500) {
    const requests = Array.from({ length: 500 }, () => make(random));
    const pending = oracle.ask(requests);
    const mine = requests.map(ours);
    (await pending).forEach((go, i) => {
      if (go.ok) accepted++;
      const differs = difference(mine[i]!, go);
      if (differs) found.push(`${differs}\n${show(requests[i]!)}`);
    });
  }
  oracle.close();
  t.log(`${count * scale} cases, of which Go took ${accepted}`);
  t.deepEqual(found.slice(0, 5), []);
}

function show({ kind, first, second }: Request): string {
  return [kind, first, second ?? new Uint8Array()]
    .map(field => (typeof field === 'string' ? field : Buffer.from(field).toString('base64')))
    .join(' ');
}
