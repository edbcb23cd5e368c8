import test from 'ava';
import { startOracle } from '../../oracle/oracle.ts';
import { difference, ours } from './compare.ts';
import type { Corner } from './corners/corner.ts';
import { ecKeys } from './corners/eckeys.ts';
import { plainExtensions } from './corners/extensions.ts';
import { fields } from './corners/fields.ts';
import { nameExtensions } from './corners/names.ts';
import { texts } from './corners/pem.ts';
import { publicKeys } from './corners/publickeys.ts';
import { rsaKeys } from './corners/rsakeys.ts';
import { testAgainstGo } from './fuzz.ts';

const corners: readonly Corner[] = [
  ...texts,
  ...fields,
  ...nameExtensions,
  ...plainExtensions,
  ...publicKeys,
  ...ecKeys,
  ...rsaKeys,
];

for (const [title, request, expected] of corners) {
  test(title, t => {
    const { ok, blocks } = ours(request);
    t.deepEqual(request.kind === 'p' ? blocks?.map(block) : ok, expected);
  });
}

testAgainstGo('every corner is as Go has it', async t => {
  const oracle = startOracle();
  const answers = await oracle.ask(corners.map(([, request]) => request));
  oracle.close();
  corners.forEach(([title, request], i) => {
    t.is(difference(ours(request), answers[i]!), undefined, title);
  });
});

function block({ type, bytes }: { type: string; bytes: string | null }): string {
  return `${type}=${Buffer.from(bytes ?? '', 'base64').toString('hex')}`;
}
