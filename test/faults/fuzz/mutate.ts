import type { Random } from '../../core/x509/random.ts';

/** Names that every object has without having them, and what other parsers have fallen over. */
const names = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then'],
  ...[
    '',
    '.',
    '..',
    'a/b',
    'a.b',
    '\u0000',
    '\ud800',
    'é'.repeat(300),
    'metadata',
    'items',
    'kind',
    'length',
  ],
];

/** Runs on which a search that begins anew at each character takes hours. */
const runs = [
  'a',
  '1',
  ' ',
  '\t',
  '.',
  '-',
  '/',
  ':',
  ',',
  '(',
  '[',
  '{',
  '"',
  '\\',
  '=',
  'aA',
  'a.',
  'a-',
  '1.',
  '%',
  '\n',
  '\n ',
  'LS0t',
  'eyJ',
  '0',
  '=A',
  '*',
  '&a ',
  '*a,',
  '- ',
];

const numbers = [0, -0, -1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 63), 2 ** 64, 0.1];

/** A text that may be anything, most of them short. */
export function hostileText(random: Random): string {
  const length = random.pick([1, 2, 3, 20, 63, 64, 253, 254, 4000, 20_000]);
  const run = random.pick(runs).repeat(length);
  return random.pick([run, run + random.pick(['\u0001', '!', 'x', '\n']), random.pick(names), `a${run}`]);
}

function hostileValue(random: Random): unknown {
  const text = hostileText(random);
  return random.pick<() => unknown>([
    () => text,
    () => text,
    () => random.pick(numbers),
    () => random.pick([null, true, false]),
    () => [],
    () => ({}),
    () => own(random.pick(names), { polluted: true }),
    () => Array(random.pick([1, 3, 300])).fill(random.pick<unknown>([text.slice(0, 300), {}, null, 1])),
    () => nested(random.pick([3, 60, 900]), random.below(2) === 0),
    () => Object.fromEntries(Array.from({ length: random.pick([2, 500]) }, (_, at) => [`k${at}`, at])),
  ])();
}

/** An object with a field of its own, whatever it is called. */
function own(name: string, value: unknown): object {
  return Object.fromEntries([[name, value]]);
}

function nested(depth: number, isList: boolean): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at++) value = isList ? [value] : { a: value };
  return value;
}

type Fields = Record<string, unknown>;

/** A value of JSON with a few things done to it, at any depth. What was given stays as it is. */
export function mutateValue<T>(random: Random, value: T): unknown {
  const root: Fields = { root: structuredClone(value) };
  for (let left = random.pick([1, 1, 1, 2, 4, 8]); left > 0; left--)
    change(random, random.pick(holders(root)));
  return root.root;
}

function holders(value: unknown): Fields[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).slice(0, 50).flatMap(holders);
  return [value as Fields, ...below.slice(0, 2000)];
}

function change(random: Random, holder: Fields): void {
  const keys = Object.keys(holder);
  const key = random.pick(keys) ?? 'a';
  const isRoot = Object.hasOwn(holder, 'root');
  const put = (name: string, value: unknown) =>
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  switch (random.below(8)) {
    case 0:
      if (!isRoot) delete holder[key];
      return;
    case 1:
      if (!isRoot) put(Array.isArray(holder) ? `${holder.length}` : random.pick(names), hostileValue(random));
      return;
    case 2:
      put(key, [holder[key], structuredClone(holder[key])]);
      return;
    case 3:
      put(key, structuredClone(holder[random.pick(keys) ?? key]));
      return;
    case 4:
      put(key, mutateText(random, textOf(holder[key])));
      return;
    default:
      put(key, hostileValue(random));
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A text with a few things done to it: characters flipped, cut out, put in, doubled, in runs, nested. */
export function mutateText(random: Random, text: string): string {
  let changed = text;
  for (let left = random.pick([1, 1, 2, 4]); left > 0; left--) changed = edited(random, changed);
  return changed;
}

function edited(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const until = at + random.pick([0, 1, 1, 4, 40, 400]);
  const [head, cut, tail] = [text.slice(0, at), text.slice(at, until), text.slice(until)];
  switch (random.below(8)) {
    case 0:
      return head + tail;
    case 1:
      return head + cut + cut + tail;
    case 2:
      return (
        head + String.fromCharCode((cut.charCodeAt(0) || 65) ^ (1 << random.below(8))) + cut.slice(1) + tail
      );
    case 3:
      return head + cut + text.slice(random.below(text.length), random.below(text.length)) + tail;
    case 4:
      return head + cut.repeat(random.pick([2, 50])) + tail;
    case 5:
      return (
        head +
        random.pick(['[', '{"a":', '{a: ', '- ', '(', '"']).repeat(random.pick([1, 3, 600, 12_000])) +
        tail
      );
    case 6:
      return head + JSON.stringify(random.pick(names)) + tail;
    default:
      return head + hostileText(random) + tail;
  }
}
