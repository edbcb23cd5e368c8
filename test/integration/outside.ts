import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { environment } from '../core/resources/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import { type Chain, rpcOf } from '../kubelet/images/chain/rpc.ts';
import type { Image } from '../kubelet/images.ts';
import { environmentOf, type ObjectStore } from '../object-store/object-store.ts';
import { EC2StandIn } from '../sidecar/peers/ec2-stand-in.ts';
import { ownHost } from '../sidecar/tasks/servers.ts';

const images = join(import.meta.dirname, '../kubelet/images');
/** In the place of the real one, which no registry has for everybody. */
export const genesis = '{"chain_id":"pacific-1","initial_height":"1"}';
const canonicalRpc = 'rpc.pacific-1.prod.platform.sei.io';

/** What is around pacific-1 and is not here: a stand-in of EC2 with two state syncers, their RPCs, and the canonical RPC. */
export type Outside = {
  /** As persistent-peers is to name them. */
  readonly peers: readonly string[];
  /** The image of seid, and that of the sidecar which finds all of this. */
  readonly seid: Image;
  readonly sidecar: Image;
  readonly close: () => void;
};

/** Starts it. @param latest the height that all of them have. */
export async function startOutside(store: ObjectStore, latest: number): Promise<Outside> {
  const chain = { chainID: 'pacific-1', earliest: 1, latest };
  const [one, other, canonical] = await Promise.all([
    serve({ ...chain, id: '1'.repeat(40) }),
    serve({ ...chain, id: '2'.repeat(40) }),
    serve({ ...chain, id: '3'.repeat(40) }),
  ]);
  const ec2 = new EC2StandIn();
  const tags = { ChainIdentifier: 'pacific-1', Component: 'state-syncer' };
  const strangers = [
    { publicAddress: ownHost(), tags: { ...tags, Component: 'archive' } },
    { publicAddress: ownHost(), tags, state: 'stopped' },
  ];
  const found = [one, other].map(({ host }) => ({ publicAddress: host, tags }));
  ec2.regions.set('eu-central-1', { instances: [...strangers, ...found] });
  const path = process.execPath.replace(/\/node$/, '');
  const told = {
    ...environmentOf(store),
    AWS_ENDPOINT_URL_EC2: await ec2.listen(),
    NODE_OPTIONS: `--require=${join(images, 'hosts.cjs')}`,
    HOST_NAME: canonicalRpc,
    HOST_ADDRESS: canonical.host,
    SEI_SNAPSHOT_UPLOAD_INTERVAL: '1s',
    GENESIS_DIGESTS: `'${JSON.stringify({ 'pacific-1': createHash('sha256').update(genesis).digest('hex') })}'`,
  };
  return {
    peers: [one, other].map(({ host, id }) => `${id}@${host}:26656`).toSorted(),
    seid: { path: `${join(images, 'chain')}:${path}` },
    sidecar: { path: `${wrapped(told)}:${path}` },
    close: () => {
      for (const { close } of [one, other, canonical]) close();
      ec2.close();
    },
  };
}

/** An RPC at 26657 of an address of its own. */
async function serve(chain: Chain): Promise<{ host: string; id: string; close: () => void }> {
  const [server, host] = [createServer(rpcOf(chain)), ownHost()];
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(26657, host, resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host, id: chain.id, close };
}

/** seictl with what a pod has of its ServiceAccount's role and of DNS. */
function wrapped(told: Readonly<Record<string, string>>): string {
  const path = temporaryDirectory('seictl');
  const exported = Object.entries(told).map(([name, value]) => `export ${name}=${value}\n`);
  writeFileSync(join(path, 'seictl'), `#!/bin/sh\n${exported.join('')}exec ${images}/seictl "$@"\n`);
  chmodSync(join(path, 'seictl'), 0o755);
  return path;
}

/** The buckets of the operator's settings, with the chain's genesis and archives by height. */
export function fillBuckets({ root }: ObjectStore, archives: Readonly<Record<number, Uint8Array>>): void {
  const { SEI_GENESIS_BUCKET, SEI_SNAPSHOT_BUCKET, SEI_RESULT_EXPORT_BUCKET } = environment;
  put(root, `${SEI_GENESIS_BUCKET}/pacific-1/genesis.json`, genesis);
  for (const [height, archive] of Object.entries(archives)) {
    put(root, `${SEI_SNAPSHOT_BUCKET}/pacific-1/state-sync/${height}.tar.gz`, archive);
  }
  mkdirSync(join(root, SEI_RESULT_EXPORT_BUCKET));
}

function put(root: string, key: string, content: string | Uint8Array): void {
  mkdirSync(join(root, key, '..'), { recursive: true });
  writeFileSync(join(root, key), content);
}
