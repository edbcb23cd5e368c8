import test from 'ava';
import { dnsNameFault } from '../../core/dns-name.ts';

const label = 'a'.repeat(63);
const whole = `${label}.${label}.${label}.${'a'.repeat(61)}`;

test('DNS holds names up to 63 characters a label and 253 in all', t => {
  t.is(whole.length, 253);
  for (const name of ['', 'a', `${label}.b`, whole]) t.is(dnsNameFault(name), undefined, name);
});

test('what is longer is said with its length', t => {
  t.is(dnsNameFault(`b.${label}a.c`), `its label "${label}a" has 64 characters, DNS takes 63`);
  t.is(dnsNameFault(`${whole}a`), 'it has 254 characters, DNS takes 253');
});
