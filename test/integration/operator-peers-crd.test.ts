import { join } from 'node:path';
import { seiNodes } from '../../cluster/resource.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { writesSoFar } from '../bench/writes.ts';
import { until } from '../control-plane/until.ts';
import type { Place } from './place.ts';
import { withOperator } from './with-operator.ts';

const { test, bed, inNamespace } = withOperator();

/** Has the operator look at a node, and waits until it has. */
async function look(place: Place, port: number): Promise<SeiNode> {
  await place.patch(seiNodes, 'n0', { spec: { overrides: { 'evm.http_port': `${port}` } } });
  return place.becomes('acts on the edit', ({ metadata, status }) => {
    return conditionOf(status, 'PeersCurrent')?.observedGeneration === metadata.generation;
  });
}

test('under the CRD of existing clusters nobody knows after an image update what a node was given, and no write is repeated', async t => {
  const { call, kubectl } = bed().controlPlane;
  const former = join(import.meta.dirname, '../control-plane/crds/sei.io_seinodes.yaml');
  const { code, stderr } = await kubectl(['replace', '-f', former]);
  t.is(code, 0, stderr);
  const place = await inNamespace('former');
  await place.node({ peers: [{ static: { addresses: ['a@h:1'] } }] });
  await place.runs();
  await place.says('PeersCurrent', 'True PeersApplied');
  await place.patch(seiNodes, 'n0', { spec: { image: 'sei:v6.4.0' } });
  await place.becomes('rolls out', ({ status }) => status?.currentImage === 'sei:v6.4.0');
  const { status } = await place.runs();
  t.is(status?.appliedPeers, undefined);
  await place.says(
    'PeersCurrent',
    'Unknown PeersUnknown',
    /is not known; to have them written: kubectl annotate/,
  );
  // The last that an image update tells; it may come a moment after the rest.
  await place.says('SidecarReady', 'True Ready');

  const statuses = async () => (await writesSoFar(call)).get('PATCH seinodes/status') ?? 0;
  const before = await statuses();
  for (const port of [9545, 9546, 9547]) await look(place, port);
  // The API server counts a request after it has told of what it did.
  t.true(await until(async () => (await statuses()) - before >= 3));
  t.is((await statuses()) - before, 3);
});
