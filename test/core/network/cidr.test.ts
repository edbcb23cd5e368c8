import test from 'ava';
import { contains as holds, parseAddress, parseCIDR } from '../../../core/network/cidr.ts';

const contains = test.macro({
  exec(t, cidr: string, address: string, expected: boolean) {
    t.is(holds(parseCIDR(cidr)!, parseAddress(address)!), expected);
  },
  title: (_title, cidr, address, expected) =>
    `${cidr} ${expected ? 'contains' : 'does not contain'} ${address}`,
});

test(contains, '10.0.0.0/8', '10.255.255.255', true);
test(contains, '10.0.0.0/8', '11.0.0.0', false);
test(contains, '10.0.0.77/8', '10.1.2.3', true);
test(contains, '10.1.2.128/25', '10.1.2.127', false);
test(contains, '10.1.2.128/25', '10.1.2.129', true);
test(contains, '0.0.0.0/0', '255.255.255.255', true);
test(contains, '0.0.0.0/0', '::1', false);
test(contains, '::/0', '2001:db8::1', true);
test(contains, '::/0', '10.0.0.1', false);
test(contains, '10.0.0.1/32', '10.0.0.1', true);
test(contains, '10.0.0.1/32', '::ffff:10.0.0.1', true);
test(contains, '::ffff:10.0.0.0/104', '10.9.9.9', true);
test(contains, '::ffff:10.0.0.0/104', '::ffff:a09:909', true);
test(contains, '::ffff:10.0.0.0/104', '11.0.0.0', false);
test(contains, '::ffff:0:0/96', '203.0.113.7', true);
test(contains, '::ffff:0:0/90', '203.0.113.7', false);
test(contains, '2001:db8::/33', '2001:db8:7fff::', true);
test(contains, '2001:db8::/33', '2001:db8:8000::', false);
test(contains, '1:2:3:4:5:6:1.2.3.4/127', '1:2:3:4:5:6:1.2.3.5', true);

for (const text of [
  '',
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/8 ',
  ' 10.0.0.0/8',
  '10.0.0/8',
  '010.0.0.0/8',
  '256.0.0.0/8',
  '10.0.0.0/8/8',
  'fe80::1%eth0/64',
  '::/129',
  '1::2::3/64',
  'example.com/8',
]) {
  test(`${JSON.stringify(text)} is no CIDR`, t => {
    t.is(parseCIDR(text), undefined);
  });
}
