import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../test/control-plane/control-plane.ts';
import { findRBACProxy, type Programs } from '../../test/control-plane/programs.ts';
import type { ProcessKubelet } from '../../test/kubelet/process-kubelet.ts';
import { operator } from '../../test/operator/program.ts';
import { resolver } from '../../test/sidecars/sidecars.ts';
import { deployController } from '../../test/toggle/deployment.ts';
import { bundleOperator } from '../bundle.ts';
import { heldHost, provide } from './fleet.ts';
import { type Machines, startMachines } from './machines.ts';
import { isHeld, provideCallers, startPod } from './pod.ts';

/** A control plane on which the operator brings nodes forward. */
export type Stage = {
  readonly controlPlane: ControlPlane;
  /** A directory for PATH: kubectl, and our plugin of it. */
  readonly bin: string;
  /** Ends everything and removes what it made. */
  readonly stop: () => Promise<void>;
};

const root = join(import.meta.dirname, '../..');
const manifests = join(root, 'operator/manifests');

/**
 * Starts all of it.
 *
 * @param step does a part and says what it was and how long it took. @throws where a part fails; nothing is left then.
 */
export async function startStage(
  programs: Programs,
  step: <T>(what: string, part: () => Promise<T>) => Promise<T>,
): Promise<Stage> {
  const controlPlane = await step('etcd, kube-apiserver and kube-controller-manager', () =>
    startControlPlane(programs),
  );
  let machines: Machines | undefined;
  let kubelet: ProcessKubelet | undefined;
  const stop = async () => {
    await kubelet?.stop();
    await machines?.stop();
    await controlPlane.stop();
  };
  try {
    await step('the CRD and the roles of operator/manifests', () => applyManifests(controlPlane));
    const { address } = await step('stand-ins for kubelet and sidecars', async () => {
      machines = await startMachines(controlPlane, isHeld);
      return machines;
    });
    await step('the operator, as its own ServiceAccount', async () => {
      // For those who look for it; its pod is the process that is started here.
      await deployController(controlPlane, 'ours');
      await startOperator(controlPlane, address);
    });
    await step('volumes, and Secrets for all nodes but one', () => provide(controlPlane));
    await step('kube-rbac-proxy and a sidecar for the one', async () => {
      const proxy = await findRBACProxy();
      if (proxy === undefined) throw new Error('kube-rbac-proxy is nowhere: install Go to build it');
      kubelet = await startPod(controlPlane, proxy);
      await provideCallers(controlPlane);
    });
    return { controlPlane, bin: commands(controlPlane, programs), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** Not the Deployment: the operator runs on this machine. */
async function applyManifests({ kubectl }: ControlPlane): Promise<void> {
  const files = ['namespace.yaml', 'crd', 'rbac'].flatMap(file => ['-f', join(manifests, file)]);
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', ...files]);
  if (code !== 0) throw new Error(`the manifests were refused: ${stderr}`);
}

/** The bundle of now, so that nobody sees the work of yesterday's. */
async function startOperator(controlPlane: ControlPlane, sidecars: string): Promise<void> {
  const bundle = join(controlPlane.directory, 'operator.cjs');
  await bundleOperator(root, bundle);
  const account = ['sei-k8s-controller-system', 'sei-k8s-controller-manager'] as const;
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(...account);
  const command = [process.execPath, '--require', resolver, bundle];
  const { token } = JSON.parse(readFileSync(kubeconfig, 'utf8')).users[0].user;
  const file = join(controlPlane.directory, 'operator.token');
  writeFileSync(file, token, { mode: 0o600 });
  const environment = { SIDECARS_POD: heldHost, SIDECARS_TOKEN: file };
  const program = await operator(controlPlane, { kubeconfig, sidecars, command, environment });
  await program.start();
}

function commands({ directory }: ControlPlane, programs: Programs): string {
  const bin = join(directory, 'bin');
  const plugin = join(bin, 'kubectl-seinode');
  mkdirSync(bin);
  symlinkSync(programs.kubectl, join(bin, 'kubectl'));
  writeFileSync(plugin, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'plugin/main.ts')}' "$@"\n`);
  chmodSync(plugin, 0o755);
  return bin;
}
