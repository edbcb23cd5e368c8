import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from '../control-plane/apiserver.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type Program, program } from '../control-plane/program.ts';
import { environment } from '../core/resources/nodes.ts';

export type ReferenceOptions = {
  /** The binary of the reference controller (sei-protocol/sei-k8s-controller, `go build ./cmd`). */
  readonly manager: string;
  /** Where the sidecars are, and of which nodes. */
  readonly sidecars: string;
  readonly namespace: string;
  readonly nodes: readonly string[];
  /** As whom it works, and in which namespace its Lease is. */
  readonly home?: string;
};

/**
 * Describes the reference controller on a control plane. It runs in a mount namespace of its own, where /etc/hosts has
 * the sidecars and /run the files of a pod, for nothing else tells it of either: Linux, and the right to unshare.
 */
export async function referenceController(
  controlPlane: ControlPlane,
  { manager, sidecars, namespace, nodes, home = 'sei-k8s-controller-system' }: ReferenceOptions,
): Promise<Program> {
  const { directory } = controlPlane;
  const [metrics, health] = [await freePort(), await freePort()].map(port => `127.0.0.1:${port}`);
  const names = nodes.map(node => `${node}-0.${node}.${namespace}.svc.cluster.local`);
  writeFileSync(join(directory, 'hosts'), `127.0.0.1 localhost\n${sidecars} ${names.join(' ')}\n`);
  const account = '/run/secrets/kubernetes.io/serviceaccount';
  const script = `mount --bind ${directory}/hosts /etc/hosts && mount -t tmpfs tmpfs /run && mkdir -p ${account} &&
    printf stand-in > ${account}/token && printf ${home} > ${account}/namespace && exec "$@"`;
  const gateway = { SEI_GATEWAY_NAME: 'g', SEI_GATEWAY_NAMESPACE: 'g', SEI_GATEWAY_DOMAIN: 'sei.example' };
  const variables = { ...environment, ...gateway, KUBECONFIG: controlPlane.kubeconfig, GODEBUG: 'netdns=go' };
  const args = [
    ...Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    ...['unshare', '--mount', '--map-root-user', 'sh', '-c', script, 'sh', manager],
    `--metrics-bind-address=${metrics}`,
    `--health-probe-bind-address=${health}`,
  ];
  const answers = async () => (await request(`http://${health}/readyz`)).statusCode === 200;
  return program(controlPlane.supervisor, { name: 'reference', path: '/usr/bin/env', args, answers });
}
