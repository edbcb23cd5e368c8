import test from 'ava';
import { clock } from '../../../operator/leader-election/fence.ts';

test('what was due a moment ago is due at once, and nothing is said about it', async t => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  await new Promise<void>(resolve => clock.after(-10, resolve));
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', note);
  t.deepEqual(warnings, []);
});
