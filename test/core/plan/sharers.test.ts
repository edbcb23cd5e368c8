import test from 'ava';
import fc from 'fast-check';
import type { StatefulSet } from '../../../core/plan/observed.ts';
import { claimFault, newlySharedFault, signingKeyFault } from '../../../core/plan/sharers.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { node } from './nodes.ts';

const validator = (secretName: string): Partial<SeiNode['spec']> => ({
  validator: { signingKey: { secret: { secretName } } },
});
const imports = (pvcName: string): Partial<SeiNode['spec']> => ({
  dataVolume: { import: { pvcName } },
});
const other = (spec: Partial<SeiNode['spec']>, metadata: Partial<SeiNode['metadata']> = {}) =>
  node(spec, undefined, { name: 'n1', uid: 'u-2', ...metadata });

test('no two SeiNodes begin with one signing key', t => {
  const self = node(validator('key'));
  t.regex(signingKeyFault(self, [self, other(validator('key'))]) ?? '', /SeiNode n1 .* Secret key too/);
  t.is(signingKeyFault(self, [self]), undefined);
  t.is(signingKeyFault(self, [other(validator('another'))]), undefined);
  t.is(signingKeyFault(self, [other(validator('key'), { namespace: 'antarctic' })]), undefined);
  t.is(signingKeyFault(node({ fullNode: {} }), [other({ fullNode: {} })]), undefined);
});

test('one that goes may sign still', t => {
  const going = other(validator('key'), { deletionTimestamp: '2026-05-01T11:00:00Z' });
  t.not(signingKeyFault(node(validator('key')), [going]), undefined);
});

test('no two SeiNodes begin with one volume, be it imported or the other’s own', t => {
  const self = node(imports('data-n1'));
  t.regex(claimFault(self, [other({ fullNode: {} })]) ?? '', /SeiNode n1 uses .* data-n1 too/);
  t.not(claimFault(self, [other(imports('data-n1'), { name: 'n2' })]), undefined);
  t.is(claimFault(self, [other(imports('else'))]), undefined);
});

test('the node’s own volume is proved by its owner, so a node that wants it does not hold it up', t => {
  t.is(claimFault(node({ fullNode: {} }), [other(imports('data-n0'))]), undefined);
});

const mounting = (secretName: string, claimName: string): StatefulSet => ({
  metadata: { name: 'n0', namespace: 'arctic' },
  spec: {
    template: {
      spec: {
        volumes: [
          { name: 'data', persistentVolumeClaim: { claimName } },
          { name: 'signing-key', secret: { secretName, defaultMode: 256 } },
        ],
      },
    },
  },
});

test('what a node’s pod mounts already, nobody can take from it by naming it too', t => {
  const self = node({ ...validator('key'), ...imports('volume') });
  const both = [other(validator('key')), other(imports('volume'), { name: 'n2', uid: 'u-3' })];
  t.is(newlySharedFault(self, both, mounting('key', 'volume')), undefined);
  t.regex(newlySharedFault(self, both, mounting('former', 'volume')) ?? '', /signing key/);
  t.regex(newlySharedFault(self, both, mounting('key', 'former')) ?? '', /PersistentVolumeClaim volume/);
  t.regex(newlySharedFault(self, both, undefined) ?? '', /signing key/);
});

const anyNode = fc
  .record({ key: fc.constantFrom('a', 'b'), volume: fc.constantFrom('x', 'data-n0', 'data-n1') })
  .map(({ key, volume }) => ({ ...validator(key), ...imports(volume) }));

test('of two nodes that would share something, neither begins: so no order lets both in', t => {
  fc.assert(
    fc.property(anyNode, anyNode, (one, two) => {
      const [first, second] = [node(one), other(two)];
      const nodes = [first, second];
      const key =
        first.spec.validator!.signingKey!.secret!.secretName ===
        second.spec.validator!.signingKey!.secret!.secretName;
      const volume = first.spec.dataVolume!.import!.pvcName === second.spec.dataVolume!.import!.pvcName;
      return [first, second].every(
        each =>
          (signingKeyFault(each, nodes) !== undefined) === key &&
          (claimFault(each, nodes) !== undefined) === volume,
      );
    }),
  );
  t.pass();
});
