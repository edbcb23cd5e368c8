import type { ContainerPort } from './types.ts';

/** A port of a container; TCP is written out, as it is a part of the key that server-side apply merges by. */
export function containerPort(name: string, port: number): ContainerPort {
  return { name, containerPort: port, protocol: 'TCP' };
}
