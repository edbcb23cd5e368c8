import type { KubernetesObject } from '../../core/kubernetes.ts';
import { podName } from '../../core/resources/names.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import type { Gathered } from '../gather.ts';
import { type Structured, toYAML } from '../output/structured.ts';
import type { Contents } from './contents.ts';
import { redactedObject } from './redact-object.ts';
import { zip } from './zip.ts';

/**
 * A support bundle: the report, and the objects that it is about, redacted, a file a kind.
 *
 * @param page the report. @returns a zip archive.
 */
export function bundle(page: string, gathered: Gathered, { orphans, now }: Contents): Uint8Array {
  const kinds = Map.groupBy(objectsOf(gathered, orphans), ({ kind }) => kind);
  const files = [...kinds].map(([kind, objects]): [string, string] => [
    `objects/${kind}.yaml`,
    note + objects.map(object => toYAML(redactedObject(object) as Structured)).join('---\n'),
  ]);
  return zip(new Map([['report.html', page], ...files]), new Date(now));
}

const note =
  '# Redacted by kubectl seinode report: no data of Secrets, no annotations but its own, no values of env but SEI_*.\n';

/** The nodes, their Secrets, and what stands around them; pods of others only as the policies of their namespace mean them. */
function objectsOf({ fleet, nodes }: Gathered, orphans: Contents['orphans']): KubernetesObject[] {
  const around = nodes.flatMap(({ object: node }): (KubernetesObject | undefined)[] => {
    const { namespace, name } = node.metadata;
    const secret = fleet.secret(namespace, tlsSecretName(node) ?? '');
    return [
      node,
      secret.found === 'yes' ? secret.secret : undefined,
      fleet.statefulSet(namespace, name)?.object,
      fleet.pod(namespace, podName(node))?.object,
      fleet.service(namespace, name)?.object,
    ];
  });
  const left = orphans.map(({ object }) => object);
  const namespaces = new Set(
    [...nodes.map(({ object }) => object), ...left].map(each => each.metadata.namespace),
  );
  const policies = fleet.policies
    .map(({ object }) => object)
    .filter(({ metadata }) => namespaces.has(metadata.namespace));
  return [...new Set([...around, ...left, ...policies])].filter(object => object !== undefined);
}
