import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Header } from 'tar';
import { jsonLog } from '../../../core/log.ts';
import { createMetrics } from '../../../sidecar/metrics.ts';
import { s3Client } from '../../../sidecar/s3/client.ts';
import { readSettings } from '../../../sidecar/settings.ts';
import type { TaskContext } from '../../../sidecar/tasks/task.ts';
import { temporaryDirectory } from '../../directory.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';

/** A home of a sidecar, its bucket, and what a task is given there. */
export type Place = {
  readonly home: string;
  readonly bucket: string;
  readonly context: TaskContext;
  readonly stop: AbortController;
  /** What was logged. */
  readonly lines: { readonly msg: string; readonly [field: string]: unknown }[];
};

let made = 0;

/** A home and an empty bucket of a test's own. @param environment what the sidecar is told otherwise. */
export function place(store: ObjectStore, environment: Readonly<Record<string, string>> = {}): Place {
  const bucket = `bucket-${++made}`;
  mkdirSync(join(store.root, bucket));
  const home = temporaryDirectory('sei-home');
  return { bucket, ...sidecarAt(home, bucket, environment) };
}

/** What a task is given in a home, at noon unless the test moves the clock. */
export function sidecarAt(home: string, bucket: string, environment = {}, now = () => new Date(noon)) {
  const settings = readSettings({
    SEI_CHAIN_ID: 'atlantic-2',
    SEI_HOME: home,
    SEI_SNAPSHOT_BUCKET: bucket,
    SEI_SNAPSHOT_REGION: 'us-east-1',
    ...environment,
  });
  if (!settings.ok) throw new Error(settings.error);
  const lines: Place['lines'] = [];
  const stop = new AbortController();
  const log = jsonLog(line => lines.push(JSON.parse(line)), now);
  const context = { settings: settings.value, signal: stop.signal, log, metrics: createMetrics(), now };
  return { home, context, stop, lines };
}

export const noon = '2026-03-01T12:00:00Z';

/** Files by their paths. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function writeFiles(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Puts an object into a bucket, as a file below it. @returns its key. */
export function putArchive(
  { root }: ObjectStore,
  { bucket }: Place,
  height: number,
  archive: Uint8Array,
): string {
  const key = `atlantic-2/state-sync/${height}.tar.gz`;
  writeFiles(join(root, bucket), { [key]: archive });
  return key;
}

/** Puts an object into a bucket as everybody does, so that it has an ETag of its own. */
export async function sendArchive({ bucket }: Place, height: number, archive: Uint8Array): Promise<void> {
  const client = s3Client('us-east-1');
  const Key = `atlantic-2/state-sync/${height}.tar.gz`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: archive }));
  client.destroy();
}

/** Every file below a directory, by its path; of each the SHA-256. */
export function digests(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  return Object.fromEntries(paths.map(path => [path.slice(root.length + 1), digest(path)]));
}

/** Bytes that gzip cannot make smaller, the same each time. */
export function noise(bytes: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** A snapshot as seid leaves it below data/snapshots. */
export function snapshotOf(height: number, seed = ''): Files {
  return {
    [`${height}/1/0`]: noise(300_000, `${height} 0${seed}`),
    [`${height}/1/1`]: noise(1000, `${height} 1`),
    'metadata.db/CURRENT': 'MANIFEST-000001\n',
    'metadata.db/000002.log': `of ${height}`,
  };
}

/** An entry of a tar, as nobody's well-meant tool would write it. */
export type TarEntry = {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly type?: NonNullable<ConstructorParameters<typeof Header>[0]> extends infer Data
    ? Data extends { type?: infer Type }
      ? Type
      : never
    : never;
  readonly linkpath?: string;
  readonly mode?: number;
  /** What the header says of it, where that is not so. */
  readonly size?: number;
};

/** A tar.gz of entries, with the directories that the published sidecar writes before them (no slash at the end). */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', linkpath, mode = 0o644, size }) => {
    const bytes = Buffer.from(content);
    const header = new Header({
      path,
      type,
      mode,
      size: size ?? bytes.length,
      ...(linkpath && { linkpath }),
    });
    header.encode();
    return [header.block as Buffer, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  // Not compressed: as many bytes make as large an archive.
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 0 });
}

/** The archive of a snapshot, as the published sidecar makes it. */
export function archiveOf(height: number, seed?: string): Buffer {
  const directories = [String(height), `${height}/1`].map(path => ({ path, type: 'Directory' as const }));
  const files = Object.entries(snapshotOf(height, seed)).map(([path, content]) => ({ path, content }));
  return tarOf([
    ...directories,
    ...files.slice(0, 2),
    { path: 'metadata.db', type: 'Directory' },
    ...files.slice(2),
  ]);
}
