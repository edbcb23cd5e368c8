import { tls, validator } from '../core/resources/nodes.ts';

/** The namespace of the recorded cluster. */
export const namespace = 'fleet';

const peers = [{ static: { addresses: ['id@peer:26656'] } }];
const s3 = { targetHeight: 198_740_000 };
const genesisCeremony = {
  ...{ chainId: 'test-1', stakingAmount: '1usei', accountBalance: '2usei', index: 0 },
};
const mode = (fields: object) => ({ fullNode: undefined, ...fields });

/** The nodes that the reference controller was given, by name: one a kind, one a place where a plan can be. */
export const specs: Readonly<Record<string, object>> = {
  full: { peers },
  secured: tls,
  archive: mode({ archive: { snapshotGeneration: { tendermint: { keepRecent: 2, publish: {} } } } }),
  validator: mode(validator),
  imported: { dataVolume: { import: { pvcName: 'volume' } } },
  restoring: { fullNode: { snapshot: { s3, trustPeriod: '9999h0m0s' } } },
  replayer: mode({ peers, replayer: { snapshot: { s3, bootstrapImage: 'sei:v6.2.0' } } }),
  ceremony: mode({ validator: { genesisCeremony } }),
  updating: {},
  failed: {},
  leaving: {},
};

/** The sidecar task at which a node's plan was stopped: it runs on, or fails. */
export const stops: Readonly<Record<string, { readonly type: string; readonly error?: string }>> = {
  restoring: { type: 'snapshot-restore' },
  replayer: { type: 'snapshot-restore' },
  ceremony: { type: 'configure-genesis', error: 'genesis.json is not there yet' },
  failed: { type: 'config-apply', error: 'no such mode' },
};

/** The node of a SeiNodeDeployment of one. */
export const group = { name: 'group', node: 'group-0' };

/** The image that node `updating` is given while it runs; its old pod takes its time to go. */
export const newImage = 'sei:v6.4.0';
