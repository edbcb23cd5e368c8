import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Volume } from '../../core/resources/types.ts';
import { type Files, writeProjection } from './projection.ts';

/** A Secret or ConfigMap of the pod's namespace as it is now; undefined where there is none. */
export type Find = (kind: 'Secret' | 'ConfigMap', name: string) => Projected | undefined;

export type Projected = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

/** A pod's volumes as directories of this machine. */
export type Volumes = {
  /** Makes them, or leaves those that are there. @returns what they wait for, in the kubelet's words; undefined: nothing. */
  readonly mount: () => string | undefined;
  /** Writes what has changed in Secrets and ConfigMaps. One that is gone leaves its files. */
  readonly update: () => void;
  readonly directoryOf: (volume: string) => string;
};

/** @param pod the pod's own directory. @param claims where claims are kept, whatever becomes of pods. */
export function volumesOf(
  { volumes }: { readonly volumes: readonly Volume[] },
  pod: string,
  claims: string,
  find: Find,
): Volumes {
  const written = new Map<string, Files>();
  const directoryOf = (name: string) => {
    const claim = volumes.find(volume => volume.name === name)?.persistentVolumeClaim;
    return claim === undefined ? join(pod, 'volumes', name) : join(claims, claim.claimName);
  };
  const project = (volume: Volume): string | undefined => {
    const files = filesOf(volume, find);
    if (typeof files === 'string') return files;
    if (files && !isDeepStrictEqual(files, written.get(volume.name))) {
      writeProjection(directoryOf(volume.name), files);
      written.set(volume.name, files);
    }
    return undefined;
  };
  return {
    directoryOf,
    mount: () => {
      for (const { name } of volumes) mkdirSync(directoryOf(name), { recursive: true });
      return volumes.map(project).find(missing => missing !== undefined);
    },
    update: () => volumes.forEach(project),
  };
}

/** @returns undefined for another volume, a sentence where what it needs is missing. */
function filesOf({ name, secret, configMap }: Volume, find: Find): Files | string | undefined {
  if (!secret && !configMap) return undefined;
  const [kind, object] = secret ? ['Secret', secret.secretName] : ['ConfigMap', configMap!.name];
  const found = find(kind as 'Secret' | 'ConfigMap', object);
  if (found === undefined) {
    return `MountVolume.SetUp failed for volume "${name}" : ${kind.toLowerCase()} "${object}" not found`;
  }
  const { data = {} } = found;
  const items = secret?.items ?? Object.keys(data).map(key => ({ key, path: key }));
  const mode = secret?.defaultMode ?? 0o644;
  return new Map(
    items.map(({ key, path }) => [
      path,
      { content: Buffer.from(data[key] ?? '', secret ? 'base64' : 'utf8'), mode },
    ]),
  );
}
