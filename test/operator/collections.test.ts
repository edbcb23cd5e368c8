import test from 'ava';
import { secrets } from '../../cluster/resource.ts';
import { collectionsOf } from '../../operator/collections.ts';

test('of a Secret with a certificate only that is held, not what others put beside it or wrote into annotations', t => {
  const collection = collectionsOf('default').find(({ resource }) => resource === secrets);
  const pair = { 'tls.crt': 'Yw==', 'tls.key': 'aw==', 'ca.crt': 'YQ==' };
  const metadata = { name: 'n0-tls', namespace: 'arctic', uid: 's', resourceVersion: '7' };
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{…}',
    'seinode.sei.io/break-glass': 'tonight',
  };
  const secret = {
    metadata: { ...metadata, annotations },
    type: 'kubernetes.io/tls',
    data: { ...pair, 'keystore.jks': 'ag==' },
  };
  t.deepEqual(collection?.keep?.(secret), {
    metadata: { ...metadata, annotations: { 'seinode.sei.io/break-glass': 'tonight' } },
    type: 'kubernetes.io/tls',
    data: pair,
  });
  t.deepEqual(collection?.keep?.({ metadata, type: 'kubernetes.io/tls' }), {
    metadata,
    type: 'kubernetes.io/tls',
  });
});
