import test from 'ava';
import { slopeOf } from './slope.ts';

test('a line has its slope an hour, whatever is scattered evenly about it', t => {
  const line = [0, 60, 120, 180].map(at => ({ at, resident: 100 + at / 60 }));
  t.is(Math.round(slopeOf(line, 'resident')), 60);
  const scattered = [0, 60, 120, 180].map((at, index) => ({ at, resident: 100 + [3, -3, -3, 3][index]! }));
  t.is(Math.round(slopeOf(scattered, 'resident')), 0);
});
