import { fileURLToPath } from 'node:url';
import { configApply } from './config-apply.ts';
import { configValidate } from './config-validate.ts';
import { configureGenesis } from './configure-genesis.ts';
import { configureStateSync } from './configure-state-sync.ts';
import { discoverPeers } from './discover-peers.ts';
import { generateGentx } from './generate-gentx.ts';
import { generateIdentity } from './generate-identity.ts';
import { markReady } from './mark-ready.ts';
import { resultExport } from './result-export.ts';
import { setGenesisPeers } from './set-genesis-peers.ts';
import { snapshotRestore } from './snapshot-restore.ts';
import { snapshotUpload } from './snapshot-upload.ts';
import type { TaskKind } from './task.ts';
import { uploadGenesisArtifacts } from './upload-genesis-artifacts.ts';

/** In a bundle this is the directory beside the script; in the repository there is none. */
const embeddedGenesis = fileURLToPath(new URL('genesis', import.meta.url));

/** Every kind of task that is served, by its type (contract §3). */
export const taskKinds: Readonly<Record<string, TaskKind>> = {
  'config-apply': configApply,
  'config-validate': configValidate,
  'configure-genesis': configureGenesis(embeddedGenesis),
  'configure-state-sync': configureStateSync,
  'discover-peers': discoverPeers,
  'generate-gentx': generateGentx,
  'generate-identity': generateIdentity,
  'mark-ready': markReady,
  'set-genesis-peers': setGenesisPeers,
  'result-export': resultExport(),
  'snapshot-restore': snapshotRestore,
  'snapshot-upload': snapshotUpload,
  'upload-genesis-artifacts': uploadGenesisArtifacts,
};
