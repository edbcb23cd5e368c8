import test from 'ava';
import { afterExit, afterList, type Exit, type NextTry, unlisted } from '../../../core/watch/retry.ts';

const watching = afterList(unlisted, '5');
const [list, watch] = [undefined, '5'];

/** What follows where a watch had just begun, and chance is half. */
const exits: readonly [title: string, Exit, from: string | undefined, wait: number, NextTry['trouble']][] = [
  ['a clean end at once', { held: 0, told: false }, watch, 1200, 'none'],
  ['a clean end in its time', { held: 290_000, told: true }, watch, 0, 'none'],
  ['a clean end in its time, of a watch that told nothing', { held: 290_000, told: false }, list, 0, 'none'],
  ['a reset, a torn line', { fault: {}, held: 10, told: false }, list, 1200, 'lost'],
  ['a server that is away', { fault: {}, held: undefined, told: false }, list, 1200, 'lost'],
  ['a stall after events', { fault: {}, held: 600_000, told: true }, list, 1200, 'lost'],
  ['a stall without any', { fault: {}, held: 320_000, told: false }, list, 1200, 'lost'],
  ['410', { fault: { status: 410 }, held: 0, told: false }, list, 1200, 'none'],
  ['Expired in the stream', { fault: { reason: 'Expired' }, held: 9, told: true }, list, 1200, 'none'],
  ['429', { fault: { status: 429 }, held: 0, told: false }, watch, 1200, 'lost'],
  [
    '429 with Retry-After',
    { fault: { status: 429, retryAfter: 7000 }, held: 0, told: false },
    watch,
    7000,
    'lost',
  ],
  [
    '503 with a day',
    { fault: { status: 503, retryAfter: 864e5 }, held: 0, told: false },
    watch,
    30_000,
    'lost',
  ],
  ['503 with a moment', { fault: { status: 503, retryAfter: 1 }, held: 0, told: false }, watch, 1200, 'lost'],
  ['500', { fault: { status: 500 }, held: 0, told: false }, watch, 1200, 'lost'],
  ['401', { fault: { status: 401 }, held: 0, told: false }, watch, 1200, 'refused'],
  ['403', { fault: { status: 403 }, held: 0, told: false }, watch, 1200, 'refused'],
  ['404', { fault: { status: 404 }, held: 0, told: false }, list, 1200, 'refused'],
  ['400', { fault: { status: 400 }, held: 0, told: false }, list, 1200, 'refused'],
];
for (const [title, exit, from, wait, trouble] of exits) {
  test(`after ${title} it ${from === list ? 'lists' : 'watches on'} after ${wait} milliseconds`, t => {
    const next = afterExit(watching, exit, 0.5);
    t.deepEqual([next.state.from, next.wait, next.trouble], [from, wait, trouble]);
  });
}

test('a list that fails, mid-pages or not, is begun anew', t => {
  for (const fault of [{}, { status: 500 }, { status: 410 }, { status: 403 }]) {
    t.is(afterExit(unlisted, { fault, held: 0, told: false }, 0).state.from, undefined);
  }
});

test('waits double to half a minute, and begin anew after an event or two minutes', t => {
  const refused = { fault: {}, held: 0, told: false };
  let state = watching;
  const waits = Array.from({ length: 8 }, () => {
    const next = afterExit(state, refused, 0);
    state = next.state;
    return next.wait;
  });
  t.deepEqual(waits, [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  t.is(afterExit(state, { fault: {}, held: 0, told: true }, 0).wait, 800);
  t.is(afterExit(state, { fault: {}, held: 120_000, told: false }, 0).wait, 800);
  t.is(afterList(state, '9').pause, 30_000);
});
