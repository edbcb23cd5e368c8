import type { Container, EnvVar } from '../../core/resources/types.ts';
import { mapPaths } from './paths.ts';
import type { Machine, RunnablePod } from './pod-run.ts';
import type { Volumes } from './volumes.ts';

/**
 * A container as arguments of env(1): nothing of this machine's environment, what the container has without asking, its
 * own variables, then its command. Mount paths in variables, command and arguments become directories of this machine.
 *
 * @throws where no program stands for its image.
 */
export async function commandLine(
  pod: RunnablePod,
  spec: Container,
  volumes: Volumes,
  { images, find }: Machine,
): Promise<string[]> {
  const image = images.get(spec.image);
  if (image === undefined) throw new Error(`no program stands for the image ${spec.image}`);
  const { env = [], command, args = [], volumeMounts } = spec;
  const directories = new Map(volumeMounts.map(each => [each.mountPath, volumes.directoryOf(each.name)]));
  const map = mapPaths(directories);
  const textOf = ({ value = '', valueFrom }: EnvVar): string => {
    if (valueFrom === undefined) return map(value);
    const { name, key } = valueFrom.secretKeyRef;
    return Buffer.from(find('Secret', name)?.data?.[key] ?? '', 'base64').toString();
  };
  const tmp = directories.get('/tmp');
  return [
    ...['-i', `PATH=${image.path === undefined ? '' : `${image.path}:`}/usr/local/bin:/usr/bin:/bin`],
    `HOSTNAME=${pod.metadata.name}`,
    ...(tmp === undefined ? [] : [`TMPDIR=${tmp}`]),
    ...Object.entries(image.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    ...env.map(each => `${each.name}=${textOf(each)}`),
    ...(command?.map(map) ?? image.entrypoint ?? []),
    ...args.map(map),
    ...((await image.more?.(pod)) ?? []),
  ];
}
