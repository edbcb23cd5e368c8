import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSidecar } from '../../../scripts/bundle.ts';
import { freePort } from '../../control-plane/apiserver.ts';

/** A sidecar that is measured, or what stands for the peer of ours. */
export type Side = {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether /v0/livez is on a port of its own. */
  readonly publicListener: boolean;
};

const root = join(import.meta.dirname, '../../..');

/**
 * Ours as it is shipped, and its peer: the published sidecar where SEICTL names its program, else a bare echo on the same
 * Node, which is a floor.
 *
 * @param directory where the bundle is made.
 */
export async function findSides(directory: string): Promise<{ readonly ours: Side; readonly peer: Side }> {
  const bundle = join(directory, 'sidecar.cjs');
  await bundleSidecar(root, bundle);
  const { SEICTL: published } = process.env;
  const echo = join(import.meta.dirname, 'echo.ts');
  return {
    ours: { name: 'ours', command: [process.execPath, bundle, 'serve'], publicListener: true },
    peer: published
      ? { name: 'seictl', command: [published, 'serve'], publicListener: false }
      : { name: 'a bare echo', command: [process.execPath, echo], publicListener: false },
  };
}

/** Where a side keeps its home and answers. */
export type Spot = { readonly home: string; readonly tasksPort: number; readonly livezPort: number };

/** A new home and ports that are free. @param home of it, made where it is not there. */
export async function spotFor({ publicListener }: Side, home: string): Promise<Spot> {
  mkdirSync(home, { recursive: true });
  const tasksPort = await freePort();
  return { home, tasksPort, livezPort: publicListener ? await freePort() : tasksPort };
}

/** What a side is run with, and nothing of this machine's environment; the published one insists on buckets. */
export function environmentOf({ home, tasksPort, livezPort }: Spot): Record<string, string> {
  const publicPort = livezPort === tasksPort ? '' : `${livezPort}`;
  return {
    SEI_CHAIN_ID: 'arctic-1',
    SEI_HOME: home,
    SEI_SIDECAR_PORT: `${tasksPort}`,
    SEI_SIDECAR_PUBLIC_PORT: publicPort,
    SEI_SIDECAR_AUTHN_MODE: 'trusted-header',
    SEI_GENESIS_BUCKET: 'genesis',
    SEI_GENESIS_REGION: 'eu-central-1',
    SEI_SNAPSHOT_BUCKET: 'snapshots',
    SEI_SNAPSHOT_REGION: 'us-east-2',
  };
}
