import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { dataClaim } from '../../../core/resources/data-claim.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { headlessService } from '../../../core/resources/service.ts';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import { modesOf, type SeiNode } from '../../../core/seinode.ts';
import { manifest, manifestNames, node, settings, tls, validator } from './nodes.ts';

// `node test/core/resources/golden.ts` writes snapshots/ anew; read the difference before it is committed.

/** The namespace of every golden node; its pods are to be accepted under the standard `restricted`. */
export const goldenNamespace = 'arctic';

const nodes: readonly (readonly [string, SeiNode])[] = [
  ...manifestNames.map(name => [name, manifest(name)] as const),
  ['validator', node(validator)],
  ['imported-volume', node({ dataVolume: { import: { pvcName: 'data-kept' } } })],
];

/** Nodes of each mode, with and without TLS, by the names of their golden files. */
export const goldenNodes: readonly (readonly [string, SeiNode])[] = nodes.flatMap(([name, node]) => {
  const { metadata, spec } = node;
  const plain = { ...node, metadata: { ...metadata, namespace: goldenNamespace } };
  const secured = { ...plain, spec: { ...spec, sidecar: { ...spec.sidecar, ...tls.sidecar } } };
  const prefix = `${modesOf(spec)[0]}-${name}`;
  return [
    [`${prefix}.yaml`, plain],
    [`${prefix}-tls.yaml`, secured],
  ] as const;
});

const directory = join(import.meta.dirname, 'snapshots');

/** The names of the golden files that are there. */
export function goldenFiles(): string[] {
  return readdirSync(directory);
}

/** What a golden file says. @throws where there is none. */
export function readGolden(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

/** What is made of a node: its claim, the proxy's ConfigMap, StatefulSet and Service, as far as it has them. */
export function objectsOf(node: SeiNode): object[] {
  const objects = [
    dataClaim(node, settings),
    proxyConfig(node),
    statefulSet(node, settings),
    headlessService(node),
  ];
  return objects.filter(object => object !== undefined);
}

/** The same as people read it. */
export function yamlOf(node: SeiNode): string {
  return objectsOf(node)
    .map(object => dump(object, { noRefs: true, lineWidth: -1 }))
    .join('---\n');
}

if (import.meta.main) {
  for (const file of goldenFiles()) rmSync(join(directory, file));
  for (const [file, node] of goldenNodes) writeFileSync(join(directory, file), yamlOf(node));
}
