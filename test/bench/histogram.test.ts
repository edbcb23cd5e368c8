import test from 'ava';
import { grown, histogramIn, observed, quantile } from './histogram.ts';

const scraped = (counts: readonly number[], operation: string) =>
  ['0.005', '0.025', '+Inf']
    .map((bound, at) => `d_seconds_bucket{name="a",operation="${operation}",le="${bound}"} ${counts[at]}`)
    .join('\n');
const text = `${scraped([60, 70, 70], 'CREATE')}\n${scraped([30, 30, 30], 'UPDATE')}\nd_seconds_count{name="a"} 100`;

test('the series of a histogram are one, and a quantile lies straight between its bounds', t => {
  const histogram = histogramIn(text, 'd_seconds', { name: 'a' });
  t.deepEqual([...histogram.values()], [90, 100, 100]);
  t.is(quantile(histogram, 0.45), 0.0025);
  t.is(quantile(histogram, 0.95).toFixed(4), '0.0150');
  t.is(observed(histogramIn(text, 'd_seconds', { operation: 'UPDATE' })), 30);
  t.is(observed(histogramIn(text, 'd_seconds', { name: 'b' })), 0);
});

test('what was observed before does not count', t => {
  const before = histogramIn(scraped([60, 70, 70], 'CREATE'), 'd_seconds');
  const since = grown(before, histogramIn(text, 'd_seconds'));
  t.is(observed(since), 30);
  t.true(quantile(since, 0.99) < 0.005);
});

test('beyond the last bound nothing is guessed, and of nothing there is no quantile', t => {
  t.is(quantile(histogramIn(scraped([0, 0, 5], 'CREATE'), 'd_seconds'), 0.5), 0.025);
  t.is(quantile(new Map(), 0.5), Number.NaN);
});
