import test from 'ava';
import { conditionReasons, conditionTypes } from '../../core/conditions.ts';
import type { Condition } from '../../core/kubernetes.ts';
import { type ConditionChanges, mergeConditions } from '../../core/merge-conditions.ts';

const now = new Date('2026-05-01T12:00:00.900Z');
const before = '2026-05-01T10:00:00Z';

function condition(type: string, status: Condition['status'], reason = 'Old'): Condition {
  return { type, status, reason, message: 'm', lastTransitionTime: before, observedGeneration: 1 };
}

const merges = test.macro((t, old: Condition[], changes: ConditionChanges, shown: string[]) => {
  t.deepEqual(
    mergeConditions(old, changes, now).map(
      ({ type, status, reason, lastTransitionTime, observedGeneration }) =>
        `${type} ${status} ${reason} ${lastTransitionTime} ${observedGeneration}`,
    ),
    shown,
  );
});

const found = { status: 'True', reason: 'Ready', message: 'm', observedGeneration: 2 } as const;

test('a new condition holds since now', merges, [], { SidecarReady: found }, [
  'SidecarReady True Ready 2026-05-01T12:00:00Z 2',
]);
test(
  'another status moves lastTransitionTime',
  merges,
  [condition('SidecarReady', 'False')],
  { SidecarReady: found },
  ['SidecarReady True Ready 2026-05-01T12:00:00Z 2'],
);
test(
  'another reason or generation does not',
  merges,
  [condition('SidecarReady', 'True')],
  { SidecarReady: found },
  [`SidecarReady True Ready ${before} 2`],
);
test(
  'null takes a condition away',
  merges,
  [condition('SidecarTLSSecretReady', 'True')],
  { SidecarTLSSecretReady: null },
  [],
);
test('null of a condition that is not there is nothing', merges, [], { SidecarTLSSecretReady: null }, []);
test(
  'what is not named stays, and so do the conditions of others',
  merges,
  [condition('Theirs', 'True'), condition('SidecarReady', 'False')],
  {},
  [`Theirs True Old ${before} 1`, `SidecarReady False Old ${before} 1`],
);
test(
  'conditions keep their places, new ones follow in the order of the types',
  merges,
  [condition('Progressing', 'True'), condition('constructor', 'True')],
  { SigningKeyReady: found, SidecarTLSSecretReady: found, Progressing: found },
  [
    `Progressing True Ready ${before} 2`,
    `constructor True Old ${before} 1`,
    'SidecarTLSSecretReady True Ready 2026-05-01T12:00:00Z 2',
    'SigningKeyReady True Ready 2026-05-01T12:00:00Z 2',
  ],
);

test('a message longer than the API takes is cut', t => {
  const [made] = mergeConditions([], { SidecarReady: { ...found, message: 'x'.repeat(40_000) } }, now);
  t.is(made?.message.length, 32_768);
});

test('types and reasons are what the API takes as such', t => {
  const reasons = Object.values(conditionReasons).flatMap(each => Object.values(each));
  t.deepEqual(
    [...conditionTypes, ...reasons].filter(name => !/^[A-Z][A-Za-z0-9]*$/.test(name)),
    [],
  );
  t.is(new Set(conditionTypes).size, conditionTypes.length);
});
