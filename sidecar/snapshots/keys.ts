/** What a task says that has no bucket to go to. */
export const noBucket = 'no snapshot bucket is named; set SEI_SNAPSHOT_BUCKET and SEI_SNAPSHOT_REGION';

/** Below what a chain's archives are kept, as the published sidecar keeps them. */
export function prefixOf(chainID: string): string {
  return `${chainID}/state-sync/`;
}

/** The key of the archive of a height. */
export function keyOf(chainID: string, height: number): string {
  return `${prefixOf(chainID)}${height}.tar.gz`;
}

/** The height that a key or directory is named after, undefined where it is named otherwise. */
export function heightIn(name: string): number | undefined {
  const height = /^[0-9]{1,16}$/.test(name) ? Number(name) : 0;
  // Written in one way only: 007 is no height's name.
  return height > 0 && String(height) === name ? height : undefined;
}
