import type { Kubectl } from './kubectl.ts';
import { operatorManifests } from './kustomize.ts';
import { findMachine, label, type Machine, unlabel } from './machine.ts';
import { platformObjects } from './objects.ts';
import { namespaces, type Run } from './run.ts';
import { removeDirectories, volumesAreMade } from './volumes.ts';

/** What is made on a cluster, and removed again. */
export type Plan = { readonly machine: Machine; readonly manifests: string };

/**
 * Finds out what to make, and makes nothing yet.
 *
 * @param storageClass of the volumes, where it is not the cluster's default.
 * @throws where something of it is there already: it is somebody's, the CRD above all.
 */
export async function makePlan(run: Run, storageClass?: string): Promise<Plan> {
  const { kubectl, images } = run;
  const machine = await findMachine(kubectl, storageClass);
  const platform = { apiVersion: 'v1', kind: 'List', items: platformObjects(run, machine) };
  const operator = await operatorManifests(kubectl, images, machine);
  const manifests = `${operator}\n---\n${JSON.stringify(platform)}`;
  const found = await kubectl.run(['get', '-f', '-', '--ignore-not-found', '-o', 'name'], manifests);
  if (found !== '') throw new Error(refusal(found.trim().split('\n')));
  return { machine, manifests };
}

/** Makes it, and waits for the volumes. */
export async function install(kubectl: Kubectl, { machine, manifests }: Plan): Promise<void> {
  await label(kubectl, machine);
  await kubectl.run(['apply', '--server-side', '-f', '-'], manifests);
  await volumesAreMade(kubectl, machine);
}

/** Removes it, however far it came, and waits until it is gone. */
export async function remove(kubectl: Kubectl, { machine, manifests }: Plan): Promise<void> {
  await removeNodes(kubectl);
  await unlabel(kubectl, machine);
  await removeDirectories(kubectl, machine);
  await kubectl.run(['delete', '--ignore-not-found', '--timeout=180s', '-f', '-'], manifests);
}

function refusal([first, ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more of what would be made`;
  return (
    `the cluster has ${first}${more}: nodes that somebody runs would be touched. Name another cluster, such as one of ` +
    '`kind create cluster`; docs/e2e.md says how to remove what a run has left'
  );
}

/** The operator does it. Where it does not, its finalizer is taken off: all the rest goes with the namespace. */
async function removeNodes({ run }: Kubectl): Promise<void> {
  if ((await run(['get', 'crd', 'seinodes.sei.io', '--ignore-not-found', '-o', 'name'])) === '') return;
  const there = ['-n', namespaces.nodes];
  await run(['delete', 'seinodes', '--all', '--timeout=60s', ...there]).catch(async () => {
    const nodes = (await run(['get', 'seinodes', '-o', 'name', ...there])).split('\n').filter(Boolean);
    const freed = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
    for (const node of nodes) await run(['patch', node, ...there, ...freed]);
  });
}
