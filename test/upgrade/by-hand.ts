import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pods, seiNodes, statefulSets } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { seiNodeDeploymentCRD } from '../control-plane/seinodedeployment-crd.ts';
import { faultyOperator } from '../integration/faulty-operator.ts';
import { deploy } from '../integration/furniture.ts';
import { furnish, nodePath } from './furnish.ts';
import { namespace, newImage, specs } from './nodes.ts';
import { referenceController } from './reference.ts';

// `node test/upgrade/by-hand.ts MANAGER back|apart|together`: what the reference controller does to a fleet of ours:
// after ours was stopped, beside ours with a Lease in another namespace, or in the same one. It prints what it sees.
const [manager = '', how = 'back'] = process.argv.slice(2);
const programs = await findPrograms();
if (programs === undefined) throw new Error('no control plane is found');
const over = new AbortController();
const controlPlane = await startControlPlane(programs);
const { call, kubectl } = controlPlane;
const names = Object.keys(specs).filter(name => !['replayer', 'ceremony'].includes(name));
try {
  const bed = await furnish(controlPlane, over.signal);
  const { place } = bed;
  await deploy(controlPlane);
  const deployments = JSON.stringify(seiNodeDeploymentCRD());
  await kubectl(['apply', '-f', '-'], { input: deployments });
  const ours = await faultyOperator(controlPlane, bed.sidecars, { flags: ['--leader-elect=true'] });
  const reference = await referenceController(controlPlane, {
    ...{ manager, namespace, nodes: names, sidecars: bed.sidecars.address },
    home: how === 'apart' ? 'other' : 'sei-k8s-controller-system',
  });
  await ours.start();
  for (const name of names) await place.node(specs[name], name);
  for (const name of names.filter(name => !['restoring', 'failed'].includes(name))) await place.runs(name);
  console.log('the fleet runs under our operator');
  const see = () => ({
    pods: Object.fromEntries(names.map(name => [name, place.podOf(name)])),
    generations: Object.fromEntries(
      names.map(name => [name, place.found(statefulSets, name)?.metadata.generation]),
    ),
    versions: Object.fromEntries(
      names.map(name => [name, place.found(seiNodes, name)?.metadata.resourceVersion]),
    ),
  });
  if (how === 'back') {
    await place.patch(seiNodes, 'updating', { spec: { image: newImage } });
    await place.becomes('replaces its pod', ({ status }) => at(status) === 'replace-pod', 'updating');
    await place.awaits(
      'lets its pod go',
      () => place.found(pods, 'updating-0')?.metadata.deletionTimestamp !== undefined,
    );
    await ours.stop();
    await call('DELETE', nodePath('leaving'), {});
    await done([
      'apply',
      '--server-side',
      '--force-conflicts',
      '-f',
      join(import.meta.dirname, '../control-plane/crds/sei.io_seinodes.yaml'),
    ]);
  } else {
    await done(['create', 'namespace', 'other']);
  }
  const before = see();
  await reference.start();
  bed.said.fates.delete(place.key('restoring'));
  bed.release();
  if (how !== 'back') {
    await sleep(40_000);
    say('after 40 s beside each other', see(), before);
    await place.patch(seiNodes, 'full', { spec: { image: newImage } });
  }
  await sleep(how === 'back' ? 60_000 : 45_000);
  say('in the end', see(), before);
  for (const name of names) {
    const node = place.found<SeiNode>(seiNodes, name);
    const conditions = node?.status?.conditions?.map(
      ({ type, status, reason }) => `${type}=${status}/${reason}`,
    );
    console.log(
      name,
      node?.status?.phase,
      node?.status?.currentImage,
      node?.status?.plan?.phase,
      node?.status?.plan?.id,
      conditions?.join(' '),
    );
  }
  for (const [who, log] of [
    ['reference', 'reference.log'],
    ['ours', 'operator.log'],
  ]) {
    const lines = readFileSync(join(controlPlane.directory, log!), 'utf8').split('\n');
    const kinds = new Map<string, number>();
    for (const line of lines.filter(
      line => /"level":"(error|warn)/.test(line) || /lease|leader|leads/i.test(line),
    )) {
      const key = line
        .replace(/"(ts|time|reconcileID|stacktrace)":"[^"]*",?/g, '')
        .replace(/[0-9a-f]{8}-[-0-9a-f]+/g, 'ID')
        .slice(0, 420);
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
    for (const [line, count] of kinds) console.log(`${who} ${count}x ${line}`);
  }
  await Promise.all([reference.stop(), ours.end()]);
} finally {
  over.abort();
  await controlPlane.stop();
}
process.exit();

function at(status: SeiNode['status']): string | undefined {
  return status?.plan?.tasks.find(({ status }) => status !== 'Complete')?.type;
}

type Seen = Readonly<Record<string, Readonly<Record<string, string | number | undefined>>>>;

function say(when: string, now: Seen, before: Seen): void {
  console.log(when);
  for (const [what, values] of Object.entries(now)) {
    const other = Object.entries(values).filter(([name, value]) => value !== before[what]![name]);
    console.log(
      `  ${what} other than before: ${other.map(([name, value]) => `${name} ${before[what]![name]}→${value}`).join(', ') || 'none'}`,
    );
  }
}

async function done(args: readonly string[]): Promise<void> {
  const { code, stderr } = await kubectl(args);
  if (code !== 0) throw new Error(stderr);
}
