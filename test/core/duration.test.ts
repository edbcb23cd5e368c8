import test from 'ava';
import { shortDuration } from '../../core/duration.ts';

const day = 86_400;
const shows = test.macro({
  exec(t, seconds: number, text: string) {
    t.is(shortDuration(seconds * 1000), text);
    t.is(shortDuration(seconds * -1000), text);
  },
  title: (_title, seconds, text) => `${seconds} seconds show as ${text}`,
});

test(shows, 0, '0s');
test(shows, 119, '119s');
test(shows, 120, '2m');
test(shows, 330, '5m30s');
test(shows, 659, '10m');
test(shows, 3 * 3600 - 1, '179m');
test(shows, 3 * 3600, '3h');
test(shows, 5 * 3600 + 1800, '5h30m');
test(shows, 8 * 3600 + 1800, '8h');
test(shows, 2 * day - 1, '47h');
test(shows, 2 * day, '2d');
test(shows, 5 * day + 3 * 3600, '5d3h');
test(shows, 8 * day + 3 * 3600, '8d');
test(shows, 2 * 365 * day - 1, '729d');
test(shows, 2 * 365 * day, '2y');
test(shows, 3 * 365 * day + 40 * day, '3y40d');
test(shows, 29 * 365 * day + 40 * day, '29y');
