import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Question } from './question.ts';

/** How many answers there were of each kind, as `200 by ISSUER`, and how long the first of the issuer took. */
export type Calls = { readonly seconds?: number; readonly seen: Readonly<Record<string, number>> };

// In a probe pod: asks five times a second until the certificate is another issuer's, and five seconds more.
const { issuer, patience, ...question }: Question & { issuer: string; patience: number } = JSON.parse(
  process.argv[2]!,
);
const start = performance.now();
const passed = () => (performance.now() - start) / 1000;
const seen: Record<string, number> = {};
let seconds: number | undefined;
while (passed() < (seconds === undefined ? patience : seconds + 5)) {
  const answer = await ask(question);
  const kind = `${answer.status ?? answer.fault} by ${answer.issuer ?? 'nobody'}`;
  seen[kind] = (seen[kind] ?? 0) + 1;
  if (answer.issuer === issuer) seconds ??= passed();
  await sleep(200);
}
console.log(JSON.stringify({ seconds, seen }));
