import { failure, success } from '../../core/result.ts';
import { isMarked, mark } from '../home/markers.ts';
import type { TaskKind } from './task.ts';

/** Gives the gentx and the id of a node to whoever assembles the genesis. The SDK of S3 is loaded as it runs. */
export const uploadGenesisArtifacts: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['nodeName'],
    properties: {
      nodeName: {
        type: 'string',
        pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        description: 'The node; the assembler looks for what is its by this name.',
      },
    },
  },
  exclusive: true,
  run: async ({ nodeName }, context) => {
    const { home, genesisBucket } = context.settings;
    if (isMarked(home, 'artifact-upload')) return success(undefined);
    if (!genesisBucket) return failure('SEI_GENESIS_BUCKET is not set: there is no bucket to upload to');
    const { uploadArtifacts } = await import('../ceremony/artifacts.ts');
    const uploaded = await uploadArtifacts(genesisBucket, String(nodeName), context);
    if (!uploaded.ok) return uploaded;
    await mark(home, 'artifact-upload');
    return success(undefined);
  },
};
