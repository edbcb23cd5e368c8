import test from 'ava';
import { parseCoins } from '../../core/coins.ts';
import { secretFaults } from '../../core/schema/secret.ts';
import { validateSeiNode } from '../../core/schema/seinode.ts';
import { configMapOf, keptIn } from '../../core/toggle/config-map.ts';
import { journal } from '../core/toggle/cases.ts';
import { readText } from '../plugin/source/manifests.ts';
import { survives, type Who } from './matrix.ts';

const list = <T>(length: number, make: (at: number) => T) => Array.from({ length }, (_, at) => make(at));
const entries = (length: number, key: string) => Object.fromEntries(list(length, at => [`${key}${at}`, 'x']));
const node = (spec: object) => ({
  ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name: 'a' } },
  spec: { chainId: 'c', image: 'i', fullNode: {}, ...spec },
});
const resources = { claims: list(100_000, at => ({ name: `a${at % 99_999}` })) };
const times = list(300_000, () => 1);

/** What a megabyte or two of one mistake, made over and over, is to come to. */
const cases: readonly (readonly [who: Who, what: string, read: () => unknown, says: RegExp])[] = [
  ['plugin', 'wrong peers', () => validateSeiNode(node({ peers: list(300_000, () => 1) })), /spec\.peers/],
  [
    'plugin and operator',
    'claims of one name',
    () => validateSeiNode(node({ sidecar: { resources } })),
    /repeats name/,
  ],
  ['plugin', 'keys of a Secret', () => secretFaults({ data: entries(200_000, '!') }), /"data\[/],
  [
    'plugin',
    'times of a journal',
    () => keptIn(configMapOf({ journal: journal({ times } as never), lease: {} })),
    /times\[0\] must be an object/,
  ],
  ['plugin', 'labels', () => validateSeiNode(node({ podLabels: entries(200_000, '!') })), /podLabels/],
  ['operator', 'coins', () => parseCoins(list(120_000, at => `1a${at}xx`).join()), /"ok":true/],
];
for (const [who, what, read, says] of cases) {
  test(`a hundred thousand ${what} are done with`, async t => {
    const fault = `a hundred thousand ${what}`;
    await survives({ who, fault }, () => {
      const begun = process.threadCpuUsage().user;
      t.regex(JSON.stringify(read()).slice(0, 1000), says);
      t.true(process.threadCpuUsage().user - begun < 10_000_000);
    });
  });
}

test('of an object with many faults the first are told, and how many more there are', async t => {
  const { faults } = await readText(JSON.stringify(node({ peers: list(3000, () => 1) })));
  t.is(faults.length, 101);
  t.regex(faults[0]?.field ?? '', /^spec\.peers\[0\]/);
  t.is(faults.at(-1)?.message, 'has 2900 more faults');
});
