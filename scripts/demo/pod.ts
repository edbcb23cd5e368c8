import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proxyPort, publicPort } from '../../core/listeners.ts';
import type { ControlPlane } from '../../test/control-plane/control-plane.ts';
import { environment } from '../../test/core/resources/nodes.ts';
import { type Image, nodeImages } from '../../test/kubelet/images.ts';
import { type ProcessKubelet, startProcessKubelet } from '../../test/kubelet/process-kubelet.ts';
import { create, held, heldHost, namespace } from './fleet.ts';

/**
 * Starts what runs the held node's pod: the real kube-rbac-proxy, our sidecar, a stand-in for seid, each a process of
 * this machine. The stand-ins of the other nodes have 8443 at an address of their own, so this proxy keeps to 127.0.0.1.
 *
 * @param proxy the path of kube-rbac-proxy.
 */
export async function startPod(controlPlane: ControlPlane, proxy: string): Promise<ProcessKubelet> {
  const images = nodeImages(controlPlane, proxy);
  images.set('ghcr.io/sei-protocol/seid:v6.3.0', images.get('sei:v6.3.0') as Image);
  const { more, ...image } = images.get(environment.SEI_KUBE_RBAC_PROXY_IMAGE) as Image;
  const here = `--secure-listen-address=127.0.0.1:${proxyPort}`;
  images.set(environment.SEI_KUBE_RBAC_PROXY_IMAGE, {
    ...image,
    more: async pod => [...((await more?.(pod)) ?? []), here],
  });
  return startProcessKubelet(controlPlane, {
    ...{ images, projectionDelay: 1_500, scale: 0.2 },
    mine: ({ metadata }) => isHeld(metadata),
    hold: async () => ({ release: async () => {} }),
  });
}

/** Whether a pod is that of the held node. */
export function isHeld({ labels }: { readonly labels?: Readonly<Record<string, string>> }): boolean {
  return labels?.['sei.io/node'] === held;
}

/**
 * Lets the proxy ask who a token is, and makes a ServiceAccount that may ask for tasks and one that may not.
 * The header of each is in a file that curl reads: no token is on a command line.
 */
export async function provideCallers(controlPlane: ControlPlane): Promise<void> {
  const { call, directory } = controlPlane;
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const bound = (name: string, role: string, account: string) => ({
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', namespace, name: account }],
  });
  const account = environment.SEI_SERVICE_ACCOUNT;
  await create(call, `${rbac}/clusterrolebindings`, bound('demo-proxy', 'sei-rbac-proxy', account));
  for (const name of ['submitter', 'stranger'])
    await create(call, `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });
  const submits = bound('demo-submitter', 'sei-validator-task-submitter', 'submitter');
  await create(call, `${rbac}/namespaces/${namespace}/rolebindings`, submits);
  for (const name of ['submitter', 'stranger']) {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { body } = await call('POST', path, { spec: { expirationSeconds: 3_600 } });
    const { token } = (body as { status: { token: string } }).status;
    writeFileSync(join(directory, `${name}.header`), `Authorization: Bearer ${token}\n`, { mode: 0o600 });
  }
}

/**
 * What to type, to see what each port of the held node answers.
 *
 * @param directory where the callers' headers are.
 */
export function questions(directory: string): string {
  return `cd ${directory}
kubectl get secret ${held}-tls -o jsonpath='{.data.tls\\.crt}' |
  base64 -d > tls.crt
at=https://${heldHost}:${proxyPort}/v0
ask() {
  curl -w ' %{http_code}\\n' --cacert tls.crt --connect-to ::127.0.0.1: "$@"
}
ask $at/tasks                             # 401
ask $at/metrics                           # 401
ask -H @stranger.header $at/tasks         # 403
ask -H @submitter.header $at/tasks        # 200
ask -H @submitter.header $at/tasks -d '{"type":"mark-ready"}' # 201
ask http://127.0.0.1:${publicPort}/v0/healthz     # 200, to anybody
ask http://127.0.0.1:${publicPort}/v0/tasks       # 404`;
}
