import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Result } from '../../core/result.ts';
import { writeObject } from '../s3/objects.ts';
import type { Bucket } from '../settings.ts';
import type { TaskContext } from '../tasks/task.ts';
import { readIdentity } from './identity.ts';

/** Where a home keeps the gentx of a node. */
export function gentxFile(home: string, nodeID: string): string {
  return join(home, 'config', 'gentx', `gentx-${nodeID}.json`);
}

/**
 * Puts what the assembler asks of a node into the bucket: CHAIN/NODE/gentx.json, then CHAIN/NODE/identity.json with the
 * node's id. The published sidecar sends the private key of the node along, which nobody asks for.
 *
 * @returns else why not. @throws a fault of the file system.
 */
export async function uploadArtifacts(
  bucket: Bucket,
  nodeName: string,
  { settings: { home, chainID }, signal, log }: TaskContext,
): Promise<Result<undefined>> {
  const identity = await readIdentity(home);
  if (!identity.ok) return identity;
  const { nodeID } = identity.value;
  const gentx = await readFile(gentxFile(home, nodeID), 'utf8').catch(() => undefined);
  if (gentx === undefined) return failure(`the gentx of ${nodeID} is not there; generate-gentx makes it`);
  const prefix = `${chainID}/${nodeName}`;
  const sent = await writeObject(bucket, `${prefix}/gentx.json`, gentx, signal);
  if (!sent.ok) return sent;
  const manifest = JSON.stringify({ node_key: { id: nodeID } });
  const told = await writeObject(bucket, `${prefix}/identity.json`, manifest, signal);
  if (told.ok) log.info('gentx and identity are in the bucket', { bucket: bucket.name, prefix });
  return told;
}
