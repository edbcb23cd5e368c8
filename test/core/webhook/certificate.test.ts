import test from 'ava';
import {
  type Bundle,
  decide,
  type Pair,
  renewal,
  type Step,
  settle,
  toServe,
  type View,
  validity,
} from '../../../core/webhook/certificate.ts';

const now = Date.UTC(2026, 10, 21);
const day = 86_400_000;
const [old, current]: Pair[] = ['old', 'current'].map(authority => ({
  authority,
  notBefore: now - day,
  notAfter: now - day + validity,
})) as [Pair, Pair];
const bundle = (authorities: readonly string[], since: number | undefined = now - day): Bundle => ({
  authorities: [authorities, authorities],
  since,
});
const renewAt = current!.notAfter - renewal;
const publish = (...authorities: string[]): Step => ({ do: 'publish', authorities });
const wait = (until: number): Step => ({ do: 'wait', until });

const decisions: readonly [name: string, view: Partial<View>, leader: Step, other?: Step][] = [
  ['no Secret is made by whoever comes first', { secret: 'none' }, { do: 'create' }],
  ['one that cannot be served is renewed by whoever comes first', { secret: 'unusable' }, { do: 'renew' }],
  ['all is well until it is to be renewed', {}, wait(renewAt), wait(Number.POSITIVE_INFINITY)],
  ['a pair near its end is renewed by the leader', { now: renewAt }, { do: 'renew' }, wait(Infinity)],
  ['one of the future is renewed by the leader', { now: now - 2 * day }, { do: 'renew' }, wait(Infinity)],
  ['without a configuration nobody is told', { bundle: undefined }, wait(renewAt), wait(Infinity)],
  ['an empty caBundle is filled', { bundle: bundle([]) }, publish('current')],
  ['a new CA comes beside the old one', { bundle: bundle(['old']) }, publish('old', 'current')],
  [
    'webhooks that differ are made the same',
    { bundle: { authorities: [['current'], ['old', 'current'], []], since: now } },
    publish('old', 'current'),
  ],
  [
    'an old CA stays for two settles',
    { bundle: bundle(['old', 'current'], now - 2 * settle + 1) },
    wait(now + 1),
    wait(Infinity),
  ],
  [
    'and leaves then',
    { bundle: bundle(['old', 'current'], now - 2 * settle) },
    publish('current'),
    wait(Infinity),
  ],
  [
    'who does not say since when is given two settles from now',
    { bundle: { authorities: [['old', 'current']], since: undefined } },
    publish('old', 'current'),
    wait(Infinity),
  ],
  [
    'so is who says a moment to come',
    { bundle: bundle(['old', 'current'], now + 1) },
    publish('old', 'current'),
    wait(Infinity),
  ],
  [
    'of many CAs the last seven stay beside the current one',
    { bundle: bundle(['1', '2', '3', '4', '5', '6', '7', '8', '9']) },
    publish('3', '4', '5', '6', '7', '8', '9', 'current'),
  ],
];
for (const [name, view, leader, other = leader] of decisions) {
  test(name, t => {
    const whole = { secret: current!, bundle: bundle(['current']), now, ...view };
    t.deepEqual(decide({ ...whole, leads: true }), leader);
    t.deepEqual(decide({ ...whole, leads: false }), other);
  });
}

const servings: readonly [
  name: string,
  given: Partial<Parameters<typeof toServe>[0]>,
  served: Pair | undefined,
][] = [
  ['what the caBundle does not verify is not begun', { held: undefined, bundle: bundle(['old']) }, undefined],
  ['nor taken in place of what it has', { bundle: bundle(['old']) }, old],
  ['what is verified is begun at once where there is nothing else', { held: undefined }, current],
  ['else once every API server knows', { bundle: bundle(['old', 'current'], now - settle) }, current],
  ['and not before', { bundle: bundle(['old', 'current'], now - settle + 1) }, old],
  ['what is verified no more is given up at once', { bundle: bundle(['current'], now) }, current],
  [
    'so is what has expired',
    { bundle: bundle(['old', 'current'], now), held: { ...old!, notAfter: now } },
    current,
  ],
  [
    'one webhook that does not verify it is enough',
    { bundle: { authorities: [['old', 'current'], ['old']], since: 0 } },
    old,
  ],
  ['where nobody sends, the Secret is served', { bundle: undefined }, current],
  ['a Secret that went is no reason to stop', { secret: undefined }, old],
];
for (const [name, given, served] of servings) {
  test(name, t => {
    const whole = { secret: current, held: old, bundle: bundle(['old', 'current']), now, ...given };
    t.is(toServe(whole as never), served);
  });
}
