import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { program } from './program.ts';
import type { NodePrograms } from './programs.ts';
import type { Supervisor } from './supervise.ts';
import { until } from './until.ts';

/**
 * Gives a control plane a scheduler and a node with room for every pod, on which kwok says that they run. They end with
 * the control plane.
 *
 * @param labels of the node. @throws where they do not start.
 */
export async function startNodePool(
  controlPlane: ControlPlane,
  programs: NodePrograms,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const { supervisor, kubeconfig } = controlPlane;
  const { status, body } = await controlPlane.call('POST', '/api/v1/nodes', nodeObject(labels));
  if (status !== 201) {
    throw new Error(`the node was refused: ${JSON.stringify(body)}`);
  }
  const scheduler = await controlPlane.userKubeconfig('system:kube-scheduler');
  await Promise.all([
    startScheduler(supervisor, programs['kube-scheduler'], scheduler),
    startKwok(supervisor, programs.kwok, kubeconfig),
  ]);
  await runsPods(controlPlane);
}

/** Neither program has a port to ask; a pod that runs has gone through both. */
async function runsPods({ call }: ControlPlane): Promise<void> {
  const pods = '/api/v1/namespaces/default/pods';
  const spec = { containers: [{ name: 'first', image: 'none' }], automountServiceAccountToken: false };
  await call('POST', pods, { metadata: { name: 'first' }, spec });
  const runs = async () => {
    const { body } = await call('GET', `${pods}/first`);
    return (body as { status?: { phase?: string } }).status?.phase === 'Running';
  };
  if (!(await until(runs))) {
    throw new Error('no pod runs: kube-scheduler.log and kwok.log may say why');
  }
  await call('DELETE', `${pods}/first`);
}

function nodeObject(labels: Readonly<Record<string, string>>): object {
  const room = { cpu: '1M', memory: '1Pi', pods: '100k', 'ephemeral-storage': '1Pi' };
  return {
    metadata: { name: 'kwok', labels },
    status: {
      capacity: room,
      allocatable: room,
      addresses: [{ type: 'InternalIP', address: '10.64.0.1' }],
    },
  };
}

const answers = async () => true;

function startScheduler(supervisor: Supervisor, path: string, kubeconfig: string): Promise<void> {
  const config = join(supervisor.directory, 'kube-scheduler.json');
  const settings = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    leaderElection: { leaderElect: false },
    clientConnection: { kubeconfig, qps: 1000, burst: 1000 },
  };
  writeFileSync(config, JSON.stringify(settings));
  const args = [`--config=${config}`, '--secure-port=0'];
  return program(supervisor, { name: 'kube-scheduler', path, args, answers }).start();
}

function startKwok(supervisor: Supervisor, path: string, kubeconfig: string): Promise<void> {
  const stages = join(import.meta.dirname, 'kwok/stages.yaml');
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--config=${stages}`,
    '--manage-all-nodes=true',
    '--cidr=10.128.0.0/9',
  ];
  return program(supervisor, { name: 'kwok', path, args, answers }).start();
}
