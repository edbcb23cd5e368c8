import test from 'ava';
import { dump } from 'js-yaml';
import { dataClaim } from '../../../core/resources/data-claim.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { headlessService } from '../../../core/resources/service.ts';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { manifest, manifestNames, node, settings, tls, validator } from './nodes.ts';

// `ava --update-snapshots` writes them anew; read the difference in snapshots/golden.test.ts.md.
const nodes: readonly (readonly [string, SeiNode])[] = [
  ...manifestNames.map(name => [name, manifest(name)] as const),
  ['a validator with every key', node(validator)],
  ['a full node on an imported volume', node({ dataVolume: { import: { pvcName: 'data-kept' } } })],
];

for (const [name, plain] of nodes) {
  test(`what is made of ${name}`, t => t.snapshot(objectsOf(plain)));
  test(`what is made of ${name} under TLS`, t => t.snapshot(objectsOf(withTLS(plain))));
}

function withTLS(node: SeiNode): SeiNode {
  return { ...node, spec: { ...node.spec, sidecar: { ...node.spec.sidecar, ...tls.sidecar } } };
}

function objectsOf(node: SeiNode): string {
  const objects = [
    dataClaim(node, settings),
    proxyConfig(node),
    statefulSet(node, settings),
    headlessService(node),
  ];
  const present = objects.filter(object => object !== undefined);
  return present.map(object => dump(object, { noRefs: true, lineWidth: -1, flowLevel: 6 })).join('---\n');
}
