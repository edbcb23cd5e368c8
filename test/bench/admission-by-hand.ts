import { findNodePrograms, findPrograms } from '../control-plane/programs.ts';
import { measureAdmission } from './admission.ts';

// `node test/bench/admission-by-hand.ts COUNT [served] [RATE] [-- COMMAND…]`: one measure of the webhook's bench.
const [count, ...rest] = process.argv.slice(2);
const at = rest.indexOf('--');
const [words, command] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 1)];
const [programs, nodePrograms] = [await findPrograms(), await findNodePrograms()];
if (!Number(count) || programs === undefined || nodePrograms === undefined) {
  console.error('say how many nodes, and whether the webhook is `served`, and at how many requests a second');
  process.exit(2);
}
const setting = { served: words.includes('served'), rate: Number(words.at(-1)) || 0 };
const { sent, ...measured } = await measureAdmission(programs, nodePrograms, setting, Number(count), command);
const answers = Map.groupBy(sent, ({ what, status }) => `${what} ${status}`);
const times = [...answers].map(([answer, sent]) => {
  const sorted = sent.map(({ took }) => took).toSorted((a, b) => a - b);
  const centile = (of: number) => sorted[Math.floor(sorted.length * of)]?.toFixed(1);
  return [answer, `${sent.length}: p50 ${centile(0.5)} ms, p99 ${centile(0.99)} ms`];
});
const shown = (_: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
console.log(JSON.stringify({ ...measured, answers: Object.fromEntries(times) }, shown, 2));
