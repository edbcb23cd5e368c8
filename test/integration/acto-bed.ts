import anyTest from 'ava';
import { pathOf, persistentVolumeClaims, seiNodes, statefulSets } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { madeOf, seiNodeOf } from '../acto/made.ts';
import { createAuthority, generateKey } from '../control-plane/certificates.ts';
import { type FaultyOperator, type Fleet, faultyOperator, install, startFleet } from './faulty-operator.ts';
import { makePlace, watch } from './furniture.ts';
import type { Place, PlaceBed } from './place.ts';
import { withControlPlane } from './with-control-plane.ts';

/** What the edits are made in: an operator whose writes are known, and namespaces with all that a spec may name. */
export type ActoBed = {
  readonly operator: FaultyOperator;
  readonly inNamespace: (name: string) => Promise<Place>;
  /** What the operator wrote for a namespace: how often its node's status, and everything else. */
  readonly writesOf: (namespace: string) => { readonly status: number; readonly others: readonly string[] };
  readonly get: (path: string) => Promise<Fields>;
  readonly put: (place: Place, spec: Fields) => Promise<{ status: number; node: SeiNode }>;
};

/** A `test` for them; all tests of a file share one control plane and one operator. */
export function withActo(): { test: ReturnType<typeof withControlPlane>['test']; bed: () => ActoBed } {
  let bed: ActoBed | undefined;
  let fleet: Fleet | undefined;
  const over = new AbortController();
  const { test } = withControlPlane(anyTest, async controlPlane => {
    // biome-ignore lint/suspicious/noExplicitAny: `install` asks for `is` alone.
    await install(controlPlane, { is: () => true } as any);
    fleet = await startFleet(controlPlane);
    const operator = await faultyOperator(controlPlane, fleet.sidecars);
    await operator.start();
    const [authority, key] = await Promise.all([createAuthority('acto'), generateKey()]);
    const stores = watch(controlPlane, over.signal);
    const placeBed: PlaceBed = { controlPlane, authority, key, stores, said: { pairs: new Map() } };
    const get = async (path: string) => (await controlPlane.call('GET', path)).body as Fields;
    const neighbours = await makePlace(placeBed, 'neighbours');
    await neighbours.node({}, 'neighbour', { fleet: 'a', also: 'b' });
    bed = {
      operator,
      get,
      inNamespace: name => furnished(placeBed, fleet!, name),
      writesOf: namespace => {
        const of = operator
          .writes()
          .filter(({ path }) => path.includes(`/namespaces/${namespace}/`) && !path.includes('neighbour'));
        const isStatus = (path: string) => /\/seinodes\/n0\/status/.test(path);
        const others = of
          .filter(({ path }) => !isStatus(path))
          .map(({ method, path }) => `${method} ${path}`);
        return { status: of.length - others.length, others };
      },
      put: async (place, spec) => {
        const path = nodePath(place);
        // The status may be written at the same moment.
        for (;;) {
          const { status: _, ...node } = await get(path);
          const { status, body } = await controlPlane.call('PUT', path, { ...node, spec });
          if (status !== 409) return { status, node: body as SeiNode };
        }
      },
    };
  });
  anyTest.after.always('the stand-ins stop', async () => {
    over.abort();
    await bed?.operator.end();
    await fleet?.stop();
  });
  return { test, bed: () => bed as ActoBed };
}

export function nodePath({ namespace }: Place): string {
  return pathOf({ resource: seiNodes, namespace, name: 'n0' });
}

/** Waits until the operator has acted on the spec as it is, and nothing of it is left to do. */
export function settled(place: Place, generation: number): Promise<SeiNode> {
  return place.becomes(`settles on generation ${generation}`, ({ metadata, status }) => {
    const acted = conditionOf(status, 'Progressing')?.observedGeneration;
    const isDone =
      status?.phase === 'Running' ? status.plan?.phase === 'Complete' : status?.plan === undefined;
    return metadata.generation === generation && acted === generation && isDone;
  });
}

/** The objects of node n0 as the API server has them, without what it adds and whose they are. */
export async function childrenOf({ get }: ActoBed, { namespace }: Place, spec: Fields): Promise<unknown> {
  // Of a node that imports a claim later its own is left over.
  const own = spec.dataVolume === undefined ? [await ownClaim(get, namespace)] : [];
  const objects = [...own, ...(await builtFrom(get, namespace))];
  return JSON.parse(JSON.stringify(objects).replaceAll(namespace, 'NAMESPACE'));
}

async function ownClaim(get: ActoBed['get'], namespace: string): Promise<unknown> {
  const { spec } = await get(pathOf({ resource: persistentVolumeClaims, namespace, name: 'data-n0' }));
  const { volumeName: _, ...others } = spec as Fields;
  return others;
}

/** StatefulSet, Service and ConfigMap: labels, and what they say. */
async function builtFrom(get: ActoBed['get'], namespace: string): Promise<unknown[]> {
  const paths = [
    pathOf({ resource: statefulSets, namespace, name: 'n0' }),
    `/api/v1/namespaces/${namespace}/services/n0`,
    `/api/v1/namespaces/${namespace}/configmaps/n0-rbac-proxy-config`,
  ];
  const objects = (await Promise.all(paths.map(get))) as (KubernetesObject & Fields)[];
  return objects.map(({ metadata, spec, data, code }) =>
    code === 404 ? null : { labels: metadata.labels, spec: spec ?? null, data: data ?? null },
  );
}

/** What of the builders' objects for a spec the API server's are not: paths; empty where they are what was built. */
export async function differences(bed: ActoBed, { namespace }: Place, spec: Fields): Promise<string[]> {
  const there = await builtFrom(bed.get, namespace);
  return madeOf(seiNodeOf(spec, namespace)).flatMap((object, at) => {
    if (object === undefined) return there[at] === null ? [] : [`${at} is there`];
    const { metadata, spec: built, data } = object as Fields & { metadata: { labels: unknown } };
    const wanted = {
      labels: metadata.labels,
      ...(built !== undefined && { spec: built }),
      ...(data !== undefined && { data }),
    };
    return lacking(there[at], wanted, String(at));
  });
}

function lacking(actual: unknown, wanted: unknown, path: string): string[] {
  if (typeof wanted !== 'object' || wanted === null)
    return actual === wanted ? [] : [`${path}: ${actual}, not ${wanted}`];
  if (typeof actual !== 'object' || actual === null) {
    return Object.keys(wanted).length === 0 ? [] : [`${path}: ${actual}`];
  }
  const isList = Array.isArray(wanted);
  if (isList && wanted.length !== (actual as unknown[]).length) return [`${path}: another length`];
  return Object.entries(wanted).flatMap(([key, value]) =>
    lacking((actual as Fields)[key], value, `${path}.${key}`),
  );
}

const half = { type: 'tendermint/PrivKeyEd25519', value: 'c2VjcmV0' };
const signingKey = {
  'priv_validator_key.json': JSON.stringify({ address: 'A1', pub_key: half, priv_key: half }),
};
const keyring = { 'node_admin.info': 'c2VjcmV0', 'second.info': 'c2VjcmV0', 'a1.address': 'c2VjcmV0' };

/** A namespace with every Secret, claim and neighbour that a row names. */
async function furnished(bed: PlaceBed, fleet: Fleet, name: string): Promise<Place> {
  const place = await makePlace(bed, name);
  await Promise.all([
    place.secret('consensus', signingKey),
    place.secret('p2p', { 'node_key.json': JSON.stringify({ priv_key: half }) }),
    place.secret('keyring', keyring),
    place.secret('passphrase', { word: 'open', second: 'open' }),
    place.volume('kept'),
    bed.controlPlane.call('POST', `/api/v1/namespaces/${name}/secrets`, await fleet.secret(name, 'n0')),
  ]);
  return place;
}
