import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../home/replace-file.ts';
import type { Bucket } from '../settings.ts';
import { jsonIn } from './files.ts';
import type { Multipart } from './multipart.ts';

/** An upload that is under way, or was as the sidecar ended. */
export type Begun = Multipart & {
  readonly bucket: Bucket;
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
};

/** What was uploaded last, as the published sidecar writes it: in seconds since 1970. */
export type LastUpload = { readonly lastUploadedHeight: number; readonly lastUploadedAt?: number };

/** Where the snapshot is held that is being uploaded. */
export function heldDirectory(home: string): string {
  return join(workDirectory(home), 'held');
}

/** The upload that was begun and not ended; what cannot be read is none. */
export async function readBegun(home: string): Promise<Begun | undefined> {
  const found = await jsonIn(begunFile(home));
  return typeof found?.uploadID === 'string' ? (found as Begun) : undefined;
}

/** Notes an upload before its first part is sent, so that no part is ever forgotten. */
export async function writeBegun(home: string, begun: Begun): Promise<void> {
  await replaceFile(begunFile(home), JSON.stringify(begun));
}

/** Forgets the upload, and lets go of the snapshot. */
export async function forgetBegun(home: string): Promise<void> {
  await rm(begunFile(home), { force: true });
  await rm(workDirectory(home), { recursive: true, force: true });
}

export async function readLastUpload(home: string): Promise<LastUpload> {
  const found = await jsonIn(lastFile(home));
  const [height, at] = [Number(found?.lastUploadedHeight), Number(found?.lastUploadedAt)];
  return { lastUploadedHeight: height > 0 ? height : 0, ...(at > 0 && { lastUploadedAt: at }) };
}

export async function writeLastUpload(home: string, last: LastUpload): Promise<void> {
  await replaceFile(lastFile(home), JSON.stringify(last));
}

function workDirectory(home: string): string {
  return join(home, 'tmp', 'snapshot-upload');
}

function begunFile(home: string): string {
  return join(workDirectory(home), 'upload.json');
}

function lastFile(home: string): string {
  return join(home, '.sei-sidecar-last-upload.json');
}
