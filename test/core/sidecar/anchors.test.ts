import test from 'ava';
import fc from 'fast-check';
import type { Secret } from '../../../core/kubernetes.ts';
import { type Anchors, rotate, served, trusted } from '../../../core/sidecar/anchors.ts';
import { fixturePair, secret } from '../../operator/sidecar/fake-sidecar.ts';
import { after, now } from '../plan/nodes.ts';

const states = {
  a: secret(fixturePair('rsa')),
  b: secret(fixturePair('ecSEC1')),
  c: secret(fixturePair('ed25519')),
} as const;
type Name = keyof typeof states;
const byPEM = new Map(
  Object.entries(states).map(([name, state]) => [
    trusted(rotate(undefined, state, now), now)[0]!.certificates,
    name,
  ]),
);
const leafOf = (name: Name) => trusted(rotate(undefined, states[name], now), now)[0]!.leaf;

/** Steps as text: `a@5` the Secret becomes a after 5 seconds, `-@5` it goes, `!a@5` leaf a is served. */
function become(steps: string): Anchors {
  let anchors: Anchors = rotate(undefined, undefined, now);
  for (const step of steps.split(' ')) {
    const [what = '', at] = step.split('@');
    anchors = what.startsWith('!')
      ? served(anchors, leafOf(what.slice(1) as Name))
      : rotate(anchors, (states as Record<string, Secret>)[what], after(Number(at)));
  }
  return anchors;
}

const histories: readonly [steps: string, at: number, trusted: string][] = [
  ['a@0', 9999, 'a'],
  ['a@0 a@5', 6, 'a'],
  ['a@0 b@5', 6, 'ba'],
  ['a@0 b@5', 604, 'ba'],
  ['a@0 b@5', 605, 'b'],
  ['a@0 b@5 b@500', 605, 'b'],
  ['a@0 b@5 !a@6', 7, 'ba'],
  ['a@0 b@5 !b@6', 7, 'b'],
  ['a@0 b@5 c@10', 604, 'cba'],
  ['a@0 b@5 c@10', 605, 'cb'],
  ['a@0 b@5 c@10', 610, 'c'],
  ['a@0 b@5 c@10 !b@11', 12, 'cba'],
  ['a@0 b@5 a@10', 11, 'ab'],
  ['a@0 -@5', 6, ''],
  ['a@0 -@5 a@10', 11, 'a'],
  ['a@0 -@5 b@10', 11, 'ba'],
  ['a@0 -@5 -@50 b@604', 604, 'ba'],
  ['a@0 -@5 b@605', 605, 'b'],
];
for (const [steps, at, expected] of histories) {
  test(`after ${steps}, at ${at} s, trusted is ${expected || 'nobody'}`, t => {
    const names = trusted(become(steps), after(at)).map(({ certificates }) => byPEM.get(certificates));
    t.is(names.join(''), expected);
  });
}

const authority = fixturePair('ed25519').certificate;
const nothing: readonly [string, Secret | undefined, string][] = [
  ['none', undefined, 'does not exist'],
  ['one without tls.crt', { ...states.a, data: {} }, 'has no certificate in tls.crt that can be read'],
  [
    'one with a key as tls.crt',
    secret({ certificate: fixturePair('rsa').key, key: '' }, authority),
    'has no certificate in tls.crt that can be read',
  ],
  [
    'one with nonsense as ca.crt',
    secret(fixturePair('rsa'), 'to come'),
    'has a ca.crt that holds no certificate: put the authority there, or remove the entry',
  ],
];
for (const [title, state, why] of nothing) {
  test(`a Secret that is ${title} trusts nobody and says why`, t => {
    const anchors = rotate(rotate(undefined, states.b, now), state, now);
    t.deepEqual(anchors.current, { ok: false, error: why });
    t.deepEqual(trusted(anchors, now), []);
  });
}

test('a Secret that changes again and again costs five handshakes at most', t => {
  const names = ['rsa', 'ecSEC1', 'ed25519', 'threePrimes', 'ecNames', 'ecAuthority', 'ecOdd'] as const;
  const anchors = names.reduce<Anchors | undefined>(
    (known, name) => rotate(known, secret(fixturePair(name)), now),
    undefined,
  );
  t.is(trusted(anchors!, now).length, 5);
});

test('nothing but certificates that can be read is taken from ca.crt', t => {
  const { certificate, key } = fixturePair('rsa');
  const broken = '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n';
  const state = secret(fixturePair('rsa'), `${key}${broken}${certificate}`);
  const [anchor] = trusted(rotate(undefined, state, now), now);
  t.is(anchor?.certificates, certificate);
});

test('whatever happens, no anchor outlives its Secret by ten minutes and the current one comes first', t => {
  const step = fc.record({
    name: fc.constantFrom<Name | undefined>('a', 'b', 'c', undefined),
    wait: fc.integer({ min: 0, max: 400 }),
    leaf: fc.option(fc.constantFrom<Name>('a', 'b', 'c')),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), steps => {
      let anchors: Anchors | undefined;
      let at = 0;
      let name: Name | undefined;
      const lastSeen = new Map<string, number>();
      for (const { name: next, wait, leaf } of steps) {
        at += wait;
        if (name !== undefined) lastSeen.set(name, at);
        name = next;
        anchors = rotate(anchors, next && states[next], after(at));
        if (leaf !== null) anchors = served(anchors, leafOf(leaf));
        const names = trusted(anchors, after(at)).map(({ certificates }) => byPEM.get(certificates)!);
        t.is(names[0], next);
        t.is(new Set(names).size, names.length);
        t.true(names.slice(1).every(each => at - lastSeen.get(each)! < 600));
      }
    }),
  );
});
