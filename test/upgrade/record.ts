import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seiNodes } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { seiNodeDeploymentCRD } from '../control-plane/seinodedeployment-crd.ts';
import { until } from '../control-plane/until.ts';
import { cleaned } from './cleaned.ts';
import { furnish, nodePath, type UpgradeBed } from './furnish.ts';
import { group, namespace, newImage, specs, stops } from './nodes.ts';
import { referenceController } from './reference.ts';

// `node test/upgrade/record.ts MANAGER`: runs the reference controller on the fleet of `nodes.ts` and keeps what it
// makes as test/upgrade/fleet.jsonl.
const [manager = ''] = process.argv.slice(2);
const programs = await findPrograms();
if (programs === undefined) throw new Error('no control plane is found');
const over = new AbortController();
const controlPlane = await startControlPlane(programs);
const { call, kubectl } = controlPlane;
try {
  const bed = await furnish(controlPlane, over.signal);
  await done(kubectl(['apply', '-f', '-'], { input: JSON.stringify(seiNodeDeploymentCRD()) }));
  await done(kubectl(['create', 'namespace', 'sei-k8s-controller-system']));
  const nodes = [...Object.keys(specs), group.node];
  const reference = await referenceController(controlPlane, {
    ...{ manager, namespace, nodes },
    sidecars: bed.sidecars.address,
  });
  await reference.start();
  for (const [name, spec] of Object.entries(specs)) await bed.place.node(spec, name);
  const template = { spec: { chainId: 'arctic-1', image: 'sei:v6.3.0', fullNode: {} } };
  const deployment = {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNodeDeployment' },
    ...{ metadata: { name: group.name, namespace } },
    spec: { replicas: 1, template, updateStrategy: { type: 'InPlace' } },
  };
  await done(kubectl(['create', '-f', '-'], { input: JSON.stringify(deployment) }));
  await reach(bed, nodes);
  await reference.stop();
  await call('DELETE', nodePath('leaving'), {});
  const objects = await recorded();
  const lines = objects.map(object => JSON.stringify(cleaned(object)));
  writeFileSync(join(import.meta.dirname, 'fleet.jsonl'), `${lines.join('\n')}\n`);
  console.log(`${lines.length} objects, ${lines.join('\n').length} bytes`);
} catch (error) {
  console.error(readFileSync(join(controlPlane.directory, 'reference.log'), 'utf8').slice(-6000));
  throw error;
} finally {
  over.abort();
  await controlPlane.stop();
}
process.exit();

/** Waits until every node is where it is meant to be recorded. */
async function reach({ place }: UpgradeBed, nodes: readonly string[]): Promise<void> {
  const node = (name: string) => place.found<SeiNode>(seiNodes, name);
  const at = (name: string) =>
    node(name)?.status?.plan?.tasks.find(({ status }) => status !== 'Complete')?.type;
  const settled = (name: string) => {
    const { phase, currentImage, plan } = node(name)?.status ?? {};
    return phase === 'Running' && currentImage !== undefined && plan === undefined;
  };
  const isThere = (name: string) => {
    if (name === 'failed') return node(name)?.status?.phase === 'Failed';
    return name in stops ? at(name) === stops[name]!.type : settled(name);
  };
  const wait = async (what: string, check: () => boolean) => {
    if (!(await until(async () => check(), 180_000)))
      throw new Error(
        `never ${what}: ${nodes.map(name => `${name}: ${JSON.stringify(node(name)?.status?.phase)} ${at(name)}`).join(', ')}`,
      );
    console.log(what);
  };
  await wait('where they are to be', () => nodes.every(isThere));
  await place.patch(seiNodes, 'updating', { spec: { image: newImage } });
  await wait('amid its update', () => at('updating') === 'observe-image');
  await wait(
    'tried again',
    () =>
      (node('ceremony')?.status?.plan?.tasks.find(({ type }) => type === 'configure-genesis')?.retryCount ??
        0) > 0,
  );
}

async function recorded(): Promise<KubernetesObject[]> {
  const kinds = 'seinodedeployments,seinodes,statefulsets,services,configmaps,persistentvolumeclaims,jobs';
  const { stdout } = await controlPlane.kubectl([
    'get',
    kinds,
    '-n',
    namespace,
    '-o',
    'json',
    '--show-managed-fields',
  ]);
  return (JSON.parse(stdout).items as KubernetesObject[]).filter(
    ({ kind, metadata }) => !(kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt'),
  );
}

async function done(running: ReturnType<typeof controlPlane.kubectl>): Promise<void> {
  const { code, stderr } = await running;
  if (code !== 0) throw new Error(stderr);
}
