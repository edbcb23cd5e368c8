import { tlsSecretType } from '../../core/kubernetes.ts';
import { requiredDNSNames } from '../../core/seinode.ts';
import { volume } from '../../test/bench/fleet.ts';
import { createAuthority } from '../../test/control-plane/certificates.ts';
import type { ControlPlane } from '../../test/control-plane/control-plane.ts';
import { environment } from '../../test/core/resources/nodes.ts';

/** Where the nodes are: a command needs no -n. */
export const namespace = 'default';
const nodesPath = `/apis/sei.io/v1alpha1/namespaces/${namespace}/seinodes`;

/** The node that begins without TLS. */
export const plain = 'rpc-0';

/** The nodes that go Running by themselves. */
export const running: readonly string[] = [plain, 'sentry-0', 'sentry-1'];

/** The node whose Secret is missing. Its pod is no stand-in: it runs on this machine. */
export const held = 'sentry-2';

/** The name of the held node's pod in DNS, and of its certificate. */
export const heldHost = requiredDNSNames(held, namespace)[1];

/** Where the API server has a node. */
export function nodePath(name: string): string {
  return `${nodesPath}/${name}`;
}

/** Makes the nodes. @throws where one is refused. */
export async function createNodes({ call }: ControlPlane): Promise<void> {
  for (const name of [...running, held]) await create(call, nodesPath, seiNode(name));
}

/** Makes what a platform has for its nodes: volumes, a ServiceAccount, Secrets. @throws where something is refused. */
export async function provide({ call }: ControlPlane): Promise<void> {
  const authority = await createAuthority('demo');
  const core = `/api/v1/namespaces/${namespace}`;
  await create(call, `${core}/serviceaccounts`, { metadata: { name: environment.SEI_SERVICE_ACCOUNT } });
  for (const name of [...running, held])
    await create(call, '/api/v1/persistentvolumes', volume(namespace, name));
  for (const name of running) {
    const pair = await authority.issue({ commonName: name }, requiredDNSNames(name, namespace));
    const entries = { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': authority.certificate };
    const metadata = { name: secretNameOf(name) };
    await create(call, `${core}/secrets`, { metadata, type: tlsSecretType, stringData: entries });
  }
}

/** @throws where it is refused. */
export async function create(call: ControlPlane['call'], path: string, object: object): Promise<void> {
  const { status, body } = await call('POST', path, object);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
}

/** The Secret of a node. */
export function secretNameOf(name: string): string {
  return `${name}-tls`;
}

function seiNode(name: string): object {
  const sidecar = { tls: { secretName: secretNameOf(name) } };
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name },
    spec: {
      // The one chain that the pod's image has a genesis of.
      chainId: name === held ? 'pods-1' : 'arctic-1',
      image: 'ghcr.io/sei-protocol/seid:v6.3.0',
      fullNode: {},
      ...(name !== plain && { sidecar }),
    },
  };
}
