import test from 'ava';
import { breakGlass, breakGlassReason } from '../../../core/findings/break-glass.ts';

for (const [value, reason] of [
  ['an outage', 'an outage'],
  [' an outage\n', 'an outage'],
  ['', undefined],
  [' \t\n', undefined],
  [7, undefined],
  [null, undefined],
] as const) {
  test(`webhook and audit both read the reason in ${JSON.stringify(value)} as ${reason}`, t => {
    t.is(breakGlassReason({ metadata: { annotations: { [breakGlass]: value } } }), reason);
  });
}

test('what is no object has none', t => {
  for (const value of [undefined, null, 7, {}, { metadata: null }, { metadata: { annotations: [] } }])
    t.is(breakGlassReason(value), undefined);
});
