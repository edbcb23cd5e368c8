import type { PodTemplate } from '../../../core/resources/types.ts';

type Any = Readonly<Record<string, unknown>> & { readonly name?: string };
type Mount = { name: string; mountPath: string; subPath?: string; readOnly?: boolean };

/**
 * Every place of a pod in which a Secret is named or seen, in whatever way a pod can: one line a place. What names it
 * without a container that could be told is `elsewhere`.
 */
export function secretUses({ metadata, spec }: PodTemplate, secret: string): string[] {
  const { volumes = [], ...others } = spec as unknown as Readonly<Record<string, Any[]>>;
  const sources = volumes.filter(volume => names(volume, secret)).map(({ name }) => name);
  const lists = Object.entries(others).filter(([key]) => /containers$/i.test(key));
  const containers = lists.flatMap(([, list]) => list);
  const rest = [metadata, ...Object.entries(others).filter(([key]) => !/containers$/i.test(key))];
  return [
    ...containers.flatMap(container => usesOf(container, sources, secret)),
    ...(names(rest, secret) ? ['elsewhere'] : []),
  ].toSorted();
}

function usesOf(container: Any, sources: readonly unknown[], secret: string): string[] {
  const {
    name,
    volumeMounts = [],
    env = [],
    ...others
  } = container as Any & { volumeMounts: Mount[]; env: Any[] };
  return [
    ...volumeMounts.filter(mount => sources.includes(mount.name)).map(mount => `${name} ${shown(mount)}`),
    ...env.filter(each => names(each, secret)).map(each => `${name} env ${each.name}`),
    ...(names(others, secret) ? [`${name} otherwise`] : []),
  ];
}

function shown({ mountPath, subPath, readOnly }: Mount): string {
  return `${mountPath}${subPath ? ` by subPath ${subPath}` : ''}${readOnly ? '' : ', writable'}`;
}

function names(value: unknown, secret: string): boolean {
  return JSON.stringify(value).includes(JSON.stringify(secret));
}
