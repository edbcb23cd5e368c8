import test from 'ava';
import { othersAmong } from '../../core/others.ts';
import type { SeiNode } from '../../core/seinode.ts';

const of = (name: string, spec: unknown): SeiNode =>
  ({
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { namespace: 'arctic', name },
    spec,
  }) as SeiNode;
const signing = (secretName: unknown) => ({ validator: { signingKey: { secret: { secretName } } } });
const node = (secretName: unknown) => ({ validator: { nodeKey: { secret: { secretName } } } });
const keyring = (secretName: unknown) => ({ validator: { operatorKeyring: { secret: { secretName } } } });
const claim = (pvcName: unknown) => ({ dataVolume: { import: { pvcName } } });

const places = { signing, node, keyring, claim };
const namesOf = (nodes: readonly SeiNode[]) => nodes.map(({ metadata }) => metadata.name);

for (const [place, spec] of Object.entries(places)) {
  test(`two nodes that name the same in ${place} have it in common, and a third has not`, t => {
    const [a, b, c] = [of('a', spec('x')), of('b', spec('x')), of('c', spec('y'))];
    t.deepEqual(namesOf(othersAmong([a, b, c])(a)), ['b']);
  });
  for (const name of [{ toString: 1 }, { toString: { polluted: true } }, [], {}, 7, true, null]) {
    test(`${JSON.stringify(name)} is no name in ${place}: nothing is in common by it`, t => {
      const [a, b] = [of('a', spec(name)), of('b', spec(name))];
      t.deepEqual(othersAmong([a, b])(a), []);
    });
  }
}
