import test from 'ava';
import type { SeiNode } from '../../../core/seinode.ts';
import { SecretReads } from '../../../plugin/source/secret-reads.ts';
import { client, fakeServer, json, kubeconfig, seiNode } from '../../cluster/fakes.ts';

test('of a Secret type, certificate, key and authority are kept, and nothing else', async t => {
  const data = { 'tls.crt': 'YQ==', 'tls.key': 'Yg==', 'ca.crt': 'Yw==', 'keystore.p12': 'ZA==' };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }) };
  const metadata = { name: 'n0-tls', namespace: 'default', annotations, managedFields: [] };
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data };
  const { url } = await fakeServer(t, json(secret));
  const reads = new SecretReads(client(t, kubeconfig(t, { server: url })));
  const node = seiNode('n0') as unknown as SeiNode;
  reads.want({
    ...node,
    metadata: { ...node.metadata, namespace: 'default' },
    spec: { ...node.spec, sidecar: { tls: { secretName: 'n0-tls' } } },
  });
  const { secret: found, faults } = await reads.done();
  t.deepEqual(faults, []);
  const { 'keystore.p12': _, ...kept } = data;
  t.like(found('default', 'n0-tls'), {
    found: 'yes',
    secret: { type: 'kubernetes.io/tls', metadata: { namespace: 'default', name: 'n0-tls' } },
  });
  const lookup = found('default', 'n0-tls');
  t.deepEqual(lookup.found === 'yes' && { ...lookup.secret.data }, kept);
  t.false(JSON.stringify(lookup).includes('ZA=='));
});
