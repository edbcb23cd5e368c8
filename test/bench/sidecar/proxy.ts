import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import {
  proxyArguments,
  proxyConfigDirectory,
  proxyPort,
  proxyTLSDirectory,
} from '../../../core/listeners.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { requiredDNSNames } from '../../../core/seinode.ts';
import { freePort } from '../../control-plane/apiserver.ts';
import { createAuthority } from '../../control-plane/certificates.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { program } from '../../control-plane/program.ts';
import { until } from '../../control-plane/until.ts';
import { node, tls } from '../../core/resources/nodes.ts';
import type { Load } from './load.ts';

/** How a proxy is asked: with a token that may do everything, and verified by CA and name as the operator does. */
export type Proxied = Required<Pick<Load, 'origin' | 'headers' | 'verifiedBy'>>;

/** Starts kube-rbac-proxy as in a node's pod, but for the port and the place of its files. @param path of its program. */
export async function startProxy(
  controlPlane: ControlPlane,
  path: string,
  name: string,
  tasksPort: number,
): Promise<Proxied> {
  const port = await freePort();
  const directory = join(controlPlane.directory, name);
  const { ca, servername } = await writeFiles(directory);
  const args = proxyArguments(node({ sidecar: { ...tls.sidecar, port: tasksPort } })).map(argument =>
    argument
      .replace(`0.0.0.0:${proxyPort}`, `127.0.0.1:${port}`)
      .replace(proxyConfigDirectory, directory)
      .replace(proxyTLSDirectory, directory),
  );
  const command = { name, path, args: [...args, `--kubeconfig=${controlPlane.kubeconfig}`] };
  await program(controlPlane.supervisor, { ...command, answers: () => accepts(port) }).start();
  const headers = { authorization: `Bearer ${await token(controlPlane)}` };
  return { origin: `https://127.0.0.1:${port}`, headers, verifiedBy: { ca, servername } };
}

async function writeFiles(directory: string): Promise<{ readonly ca: string; readonly servername: string }> {
  const made = node(tls);
  const names = requiredDNSNames(made.metadata.name, made.metadata.namespace);
  const authority = await createAuthority('nodes');
  const { certificate, key } = await authority.issue({ commonName: 'n0' }, names);
  mkdirSync(directory);
  writeFileSync(join(directory, 'tls.crt'), certificate);
  writeFileSync(join(directory, 'tls.key'), key, { mode: 0o600 });
  writeFileSync(join(directory, 'config.yaml'), proxyConfig(made)?.data['config.yaml'] ?? '');
  return { ca: authority.certificate, servername: names[0] as string };
}

const account = '/api/v1/namespaces/default/serviceaccounts/default';

async function token({ call }: ControlPlane): Promise<string> {
  await until(async () => (await call('GET', account)).status === 200);
  await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'bench' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'default' }],
  });
  const { body } = await call('POST', `${account}/token`, { spec: { expirationSeconds: 86_400 } });
  return (body as { status: { token: string } }).status.token;
}

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = createConnection(port, '127.0.0.1')
    .on('connect', () => resolve(true))
    .on('error', () => resolve(false));
  return promise.finally(() => connection.destroy());
}
