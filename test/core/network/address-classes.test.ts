import test from 'ava';
import fc from 'fast-check';
import { addressClasses } from '../../../core/network/address-classes.ts';
import { contains, parseAddress, parseCIDR } from '../../../core/network/cidr.ts';
import type { NetworkPolicy } from '../../../core/network/network-policy.ts';

const four = fc.integer({ min: 0, max: 31 }).map(host => `10.0.0.${host}`);
const six = fc.integer({ min: 0, max: 31 }).map(host => `fd00::${host.toString(16)}`);
const mapped = four.map(address => `::ffff:${address}`);
const cidr = fc.oneof(
  fc.tuple(four, fc.integer({ min: 26, max: 32 })).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(six, fc.integer({ min: 122, max: 128 })).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(mapped, fc.integer({ min: 122, max: 128 })).map(([address, bits]) => `${address}/${bits}`),
  fc.constantFrom('0.0.0.0/0', '::/0'),
);

test('addresses that are alike are inside the same blocks', t => {
  fc.assert(
    fc.property(
      fc.array(cidr, { maxLength: 4 }),
      fc.array(fc.oneof(four, six, mapped)),
      (cidrs, addresses) => {
        const classOf = addressClasses(cidrs.map(blocking));
        for (const [one, other] of pairs(addresses)) {
          if (classOf(one) !== classOf(other)) continue;
          for (const block of cidrs) t.is(holds(block, one), holds(block, other), `${one} ${other} ${block}`);
        }
      },
    ),
    { seed: 8, numRuns: 2000 },
  );
});

test('ten thousand addresses are few classes', t => {
  const classOf = addressClasses(['10.0.0.0/16', '10.0.3.0/24', '0.0.0.0/0'].map(blocking));
  const addresses = Array.from({ length: 10_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
  t.is(new Set(addresses.map(classOf)).size, 3);
});

test('what is no address is alike to nothing, and what is no block separates nothing', t => {
  const classOf = addressClasses(['10.0.0.0/33', 'nonsense'].map(blocking));
  t.is(classOf('10.0.0.1'), classOf('10.0.0.2'));
  t.is(new Set(['10.0.0.1', '010.0.0.1', 'x'].map(classOf)).size, 3);
});

function blocking(cidr: string): NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: 'arctic', name: 'p' },
    spec: { ingress: [{ from: [{ ipBlock: { cidr } }] }] },
  };
}

function pairs(addresses: readonly string[]): (readonly [string, string])[] {
  return addresses.flatMap((one, at) => addresses.slice(at + 1).map(other => [one, other] as const));
}

function holds(cidr: string, address: string): boolean {
  return contains(parseCIDR(cidr)!, parseAddress(address)!);
}
