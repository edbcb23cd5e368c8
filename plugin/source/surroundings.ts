import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { getIfThere } from '../../cluster/get.ts';
import { listAll } from '../../cluster/list.ts';
import { events, persistentVolumeClaims, persistentVolumes, pods } from '../../cluster/resource.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Fault } from './fleet.ts';

/** What stands around a node in its cluster; a part is absent where it could not be read, and then a fault says why. */
export type Surroundings = {
  /** The claim of its data; null where there is none. */
  readonly claim?: ClaimFacts | null;
  /** Names of the pods that mount it. */
  readonly heldBy?: readonly string[];
  /** Newest first. */
  readonly events?: readonly EventFacts[];
  readonly faults: readonly Fault[];
};

/** A PersistentVolumeClaim and its volume (Kubernetes API, core/v1). */
export type ClaimFacts = {
  readonly phase: string | undefined;
  readonly capacity: string | undefined;
  readonly storageClassName: string | undefined;
  readonly volumeName: string | undefined;
  /** What happens to the volume once the claim is deleted: Retain or Delete. */
  readonly reclaimPolicy: string | undefined;
  readonly owner: string | undefined;
  readonly deletionTimestamp: string | undefined;
};

/** An Event about the node (Kubernetes API, core/v1). */
export type EventFacts = {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastTimestamp: string | undefined;
};

const mostEvents = 10;

/** Reads the claim, the pods that hold it, and the events of a node. Never throws for what the cluster refuses. */
export async function readSurroundings(
  client: Client,
  node: SeiNode,
  pvcName: string,
): Promise<Surroundings> {
  const { namespace } = node.metadata;
  const faults: Fault[] = [];
  const tried = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      faults.push({ message: error.message });
      return undefined;
    }
  };
  const [claim, heldBy, found] = await Promise.all([
    tried(readClaim(client, namespace, pvcName, tried)),
    tried(readHolders(client, namespace, pvcName)),
    tried(readEvents(client, node)),
  ]);
  return {
    ...(claim !== undefined && { claim }),
    ...(heldBy && { heldBy }),
    ...(found && { events: found }),
    faults,
  };
}

async function readClaim(
  client: Client,
  namespace: string,
  name: string,
  tried: <T>(read: Promise<T>) => Promise<T | undefined>,
): Promise<ClaimFacts | null> {
  const claim = await getIfThere(client, { verb: 'get', resource: persistentVolumeClaims, namespace, name });
  if (claim === undefined) return null;
  const volumeName = text(at(claim, 'spec', 'volumeName'));
  const volume =
    volumeName &&
    (await tried(getIfThere(client, { verb: 'get', resource: persistentVolumes, name: volumeName })));
  const owners = at(claim, 'metadata', 'ownerReferences');
  const owner = Array.isArray(owners)
    ? owners.filter(isFields).find(({ controller }) => controller === true)
    : undefined;
  return {
    phase: text(at(claim, 'status', 'phase')),
    capacity: text(at(claim, 'status', 'capacity', 'storage')),
    storageClassName: text(at(claim, 'spec', 'storageClassName')),
    volumeName,
    reclaimPolicy: volume ? text(at(volume, 'spec', 'persistentVolumeReclaimPolicy')) : undefined,
    owner: owner && `${owner.kind}/${owner.name}`,
    deletionTimestamp: text(at(claim, 'metadata', 'deletionTimestamp')),
  };
}

async function readHolders(client: Client, namespace: string, pvcName: string): Promise<string[]> {
  const { items } = await listAll(client, { resource: pods, namespace });
  const holds = (pod: Fields) => {
    const volumes = at(pod, 'spec', 'volumes');
    return (
      Array.isArray(volumes) &&
      volumes.some(volume => at(volume, 'persistentVolumeClaim', 'claimName') === pvcName)
    );
  };
  return items.filter(holds).map(pod => String(at(pod, 'metadata', 'name')));
}

async function readEvents(client: Client, { metadata }: SeiNode): Promise<EventFacts[]> {
  const about = { 'involvedObject.kind': 'SeiNode', 'involvedObject.name': metadata.name };
  const fieldSelector = Object.entries(about)
    .map(pair => pair.join('='))
    .join(',');
  const { items } = await listAll(
    client,
    { resource: events, namespace: metadata.namespace },
    { fieldSelector },
  );
  return items
    .map(event => ({
      type: text(event.type) ?? 'Normal',
      reason: text(event.reason) ?? '',
      message: text(event.message) ?? '',
      count: typeof event.count === 'number' ? event.count : 1,
      lastTimestamp:
        text(event.lastTimestamp) ??
        text(event.eventTime) ??
        text(at(event, 'metadata', 'creationTimestamp')),
    }))
    .toSorted((a, b) => (b.lastTimestamp ?? '').localeCompare(a.lastTimestamp ?? ''))
    .slice(0, mostEvents);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
