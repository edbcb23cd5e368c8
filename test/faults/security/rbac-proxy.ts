import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  proxyArguments,
  proxyConfigDirectory,
  proxyPort,
  proxyTLSDirectory,
} from '../../../core/listeners.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { writeFiles } from '../../cluster/fakes.ts';
import { freePort } from '../../control-plane/apiserver.ts';
import type { KeyPair } from '../../control-plane/certificates.ts';
import { writeKubeconfig } from '../../control-plane/kubeconfig.ts';
import { findRBACProxy } from '../../control-plane/programs.ts';
import { until } from '../../control-plane/until.ts';
import { node as nodeWith, tls } from '../../core/resources/nodes.ts';

const node = nodeWith(tls);

/** Starts the real kube-rbac-proxy with the arguments of a node's pod, of a cluster that nobody serves. @returns its port. */
export async function startRBACProxy(t: ExecutionContext, pair: KeyPair): Promise<number> {
  const written = { 'tls.crt': pair.certificate, 'tls.key': pair.key, ...proxyConfig(node)!.data };
  const directory = join(writeFiles(t, written)['tls.crt'], '..');
  const cluster = { server: 'https://127.0.0.1:1', certificateAuthority: pair.certificate };
  const kubeconfig = writeKubeconfig(join(directory, 'kubeconfig'), cluster, { token: 'none' });
  const port = await freePort();
  const args = proxyArguments(node).map(argument =>
    argument
      .replace(`0.0.0.0:${proxyPort}`, `127.0.0.1:${port}`)
      .replace(proxyConfigDirectory, directory)
      .replace(proxyTLSDirectory, directory),
  );
  const child = spawn((await findRBACProxy())!, [...args, `--kubeconfig=${kubeconfig}`], { stdio: 'ignore' });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  t.true(await until(() => accepts(port)), 'kube-rbac-proxy listens');
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(() => true)
    .finally(() => socket.destroy());
}
