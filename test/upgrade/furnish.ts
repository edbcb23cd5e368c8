import { pathOf, seiNodes } from '../../cluster/resource.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { makePlace } from '../integration/furniture.ts';
import { type Bed, startNeighbours } from '../integration/neighbours.ts';
import type { Place } from '../integration/place.ts';
import type { Fate, Task } from '../sidecars/tasks.ts';
import { namespace, stops } from './nodes.ts';

/** A control plane with what the fleet's nodes refer to, and no operator. */
export type UpgradeBed = Bed & {
  readonly place: Place;
  /** Node `updating`'s old pod may go. */
  readonly release: () => void;
};

/** Starts the neighbours, and makes the Secrets and the claim that `specs` name. */
export async function furnish(controlPlane: ControlPlane, over: AbortSignal): Promise<UpgradeBed> {
  let held = true;
  const bed = await startNeighbours(
    controlPlane,
    over,
    ({ metadata }) => held && metadata.name === 'updating-0' && metadata.deletionTimestamp !== undefined,
  );
  const place = await makePlace(bed, namespace);
  for (const [name, stop] of Object.entries(stops)) {
    bed.said.fates.set(place.key(name), task => fateOf(task, stop));
  }
  await place.provide(await place.pair(place.namesOf('secured')), ['secured']);
  for (const [name, data] of Object.entries(secrets)) await place.secret(name, data);
  await place.volume('volume');
  return {
    ...{ ...bed, place },
    release: () => {
      held = false;
      bed.kubelet.probe();
    },
  };
}

function fateOf({ type }: Task, stop: { readonly type: string; readonly error?: string }): Fate {
  if (type !== stop.type) return 'completed';
  return stop.error === undefined ? 'running' : { failed: stop.error };
}

const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
const secrets = {
  consensus: { 'priv_validator_key.json': JSON.stringify({ address: 'A1', pub_key: half, priv_key: half }) },
  p2p: { 'node_key.json': JSON.stringify({ priv_key: half }) },
  keyring: { 'node_admin.info': 'c2VjcmV0', 'a1.address': 'c2VjcmV0' },
  passphrase: { word: 'abracadabra' },
};

/** The path of a node of the fleet. */
export function nodePath(name: string): string {
  return pathOf({ resource: seiNodes, namespace, name });
}
