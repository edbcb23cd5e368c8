import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../control-plane/apiserver.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { manifest } from '../operator/manifests.ts';
import { type Operator, operator } from '../operator/program.ts';
import { deploy } from './furniture.ts';

const source = [process.execPath, join(import.meta.dirname, '../../operator/main.ts')];
const { name: account, namespace = '' } = manifest('ServiceAccount').metadata;
/** The namespace of the operator. */
export const system = namespace;
export const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
export const configurationPath = `${configurations}/sei-k8s-controller`;
export const secretPath = `/api/v1/namespaces/${namespace}/secrets/sei-k8s-controller-webhook-certificate`;

/** A replica, and where its webhook is. */
export type Replica = Operator & { readonly port: number };

/** Describes an operator with its webhook, from source and as its ServiceAccount. @param along makes a kubeconfig that goes another way. */
export async function replica(
  controlPlane: ControlPlane,
  name: string,
  flags: readonly string[] = [],
  command: readonly string[] = source,
  along: (kubeconfig: string) => Promise<string> = async kubeconfig => kubeconfig,
): Promise<Replica> {
  const port = await freePort();
  const given = await along(await controlPlane.serviceAccountKubeconfig(namespace, account));
  const kubeconfig = join(controlPlane.directory, `${name}.kubeconfig`);
  writeFileSync(kubeconfig, inNamespace(readFileSync(given, 'utf8')));
  const described = await operator(controlPlane, {
    ...{ name, kubeconfig, sidecars: '127.0.0.1:9', command },
    flags: [`--webhook-bind-address=127.0.0.1:${port}`, ...flags],
  });
  return { ...described, port };
}

/** The sum of what the metrics of replicas say of a name; those that do not answer count nothing. @param start of a line. */
export async function counted(replicas: readonly Replica[], start: string): Promise<number> {
  const texts = await Promise.all(
    replicas.map(({ metrics }) =>
      fetch(`${metrics}/metrics`)
        .then(answer => answer.text())
        .catch(() => ''),
    ),
  );
  const lines = texts.flatMap(text => text.split('\n')).filter(line => line.startsWith(start));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** In a pod the operator knows its namespace. */
export function inNamespace(kubeconfig: string): string {
  const { contexts, ...rest } = JSON.parse(kubeconfig);
  const [{ name, context }] = contexts;
  return JSON.stringify({ ...rest, contexts: [{ name, context: { ...context, namespace } }] });
}

/**
 * What a Service is where there are machines: connections from the API server to one of the replicas that are ready, in
 * turn. The API server finds it as an ExternalName, so it verifies the Service's own name.
 *
 * @param pass carries the bytes of a connection both ways.
 */
export async function installWebhook(
  controlPlane: ControlPlane,
  replicas: () => readonly Replica[],
  pass: (from: Socket, to: Socket) => unknown = (from, to) => from.pipe(to).pipe(from),
) {
  await deploy(controlPlane);
  const ready = new Set<Replica>();
  // One after the other: a late answer of before would put a replica back that has ended since.
  const asked = new Set<Replica>();
  const probe = async (one: Replica) => {
    asked.add(one);
    if (await isReady(one)) ready.add(one);
    else ready.delete(one);
    asked.delete(one);
  };
  const probing = setInterval(() => {
    for (const one of replicas()) if (!asked.has(one)) void probe(one);
  }, 100);
  let turn = 0;
  const server = createServer(socket => {
    const [...ports] = [...ready].map(({ port }) => port);
    const port = ports[turn++ % ports.length];
    if (port === undefined) return socket.destroy();
    const through = connect(port, '127.0.0.1');
    pass(socket, through);
    socket.on('error', () => through.destroy()).on('close', () => through.destroy());
    through.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await controlPlane.call('POST', `/api/v1/namespaces/${namespace}/services`, {
    metadata: { name: 'sei-k8s-controller-webhook' },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  });
  const apply = () => controlPlane.call('POST', configurations, shipped(port));
  const close = () => {
    clearInterval(probing);
    server.close();
  };
  return { apply, close, ready };
}

/** The configuration as it is shipped, but for the port of the Service. */
export function shipped(port: number): object {
  const { webhooks, ...configuration } = manifest('ValidatingWebhookConfiguration');
  return {
    ...configuration,
    // biome-ignore lint/suspicious/noExplicitAny: as YAML has it
    webhooks: webhooks.map(({ clientConfig, ...webhook }: any) => ({
      ...webhook,
      clientConfig: { service: { ...clientConfig.service, port } },
    })),
  };
}

async function isReady({ health }: Replica): Promise<boolean> {
  return fetch(`${health}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
