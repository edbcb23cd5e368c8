import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { basename, join } from 'node:path';
import type { API } from './api.ts';
import type { Command } from './program.ts';

/** etcd on sockets in the directory, which nobody else can reach; it keeps nothing safe from a power cut. */
export function etcd(path: string, directory: string): Command {
  const socket = etcdSocket(directory);
  // Names of no meaning: etcd wants host and port of what it advertises, and nobody follows them.
  const client = 'http://localhost:2379';
  const peer = 'http://localhost:2380';
  const flags = {
    'data-dir': join(directory, 'etcd'),
    'listen-client-urls': `unix://${socket}`,
    'advertise-client-urls': client,
    'listen-peer-urls': `unix://${join(directory, 'peer.sock')}`,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true',
  };
  return { name: 'etcd', path, args: toArguments(flags), answers: () => accepts(socket) };
}

/**
 * kube-apiserver with RBAC, ServiceAccounts, and certificates from `files` in the directory. Where CONTROL_PLANE_AUDIT names
 * a directory it writes there what it was asked, a file of JSON lines (audit.k8s.io/v1).
 */
export function apiserver(path: string, directory: string, port: number, api: API): Command {
  const flags = {
    'etcd-servers': `unix://${etcdSocket(directory)}`,
    'bind-address': '127.0.0.1',
    // Else it looks for a default route, which a machine without a network has not.
    'advertise-address': '127.0.0.1',
    'secure-port': String(port),
    'cert-dir': directory,
    'tls-cert-file': join(directory, files.servingCertificate),
    'tls-private-key-file': join(directory, files.servingKey),
    'client-ca-file': join(directory, files.authority),
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': join(directory, files.serviceAccountKey),
    'service-account-signing-key-file': join(directory, files.serviceAccountKey),
    'service-cluster-ip-range': '10.96.0.0/16',
    // No Endpoints may carry a loopback address.
    'endpoint-reconciler-type': 'none',
    'allow-privileged': 'true',
    // Else SIGTERM waits a minute for the watches of the controllers.
    'shutdown-watch-termination-grace-period': '1s',
    ...auditFlags(basename(directory)),
  };
  const answers = async () => (await api.call('GET', '/readyz')).status === 200;
  return { name: 'kube-apiserver', path, args: toArguments(flags), answers };
}

/** kube-controller-manager: garbage collection, namespaces, StatefulSets, Jobs, volumes, ServiceAccounts. */
export function controllerManager(path: string, directory: string, kubeconfig: string, api: API): Command {
  const flags = {
    kubeconfig,
    'secure-port': '0',
    'leader-elect': 'false',
    'use-service-account-credentials': 'true',
    // Its 20 requests a second would make three seconds of the first start.
    'kube-api-qps': '1000',
    'kube-api-burst': '1000',
    // Nodes here are stand-ins that may not say that they live.
    'node-monitor-grace-period': '24h',
    // A quota of a CRD that it has not discovered yet (it looks every 30 s) waits for its next round, in five minutes.
    'resource-quota-sync-period': '5s',
    'service-account-private-key-file': join(directory, files.serviceAccountKey),
    'root-ca-file': join(directory, files.authority),
  };
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  const answers = async () => (await api.call('GET', account)).status === 200;
  return { name: 'kube-controller-manager', path, args: toArguments(flags), answers };
}

/** Names of what is written into the directory for the programs to read. */
export const files = {
  authority: 'ca.crt',
  servingCertificate: 'serving.crt',
  servingKey: 'serving.key',
  serviceAccountKey: 'service-account.key',
} as const;

function auditFlags(name: string): Readonly<Record<string, string>> {
  const directory = process.env.CONTROL_PLANE_AUDIT;
  if (directory === undefined) return {};
  const policy = join(import.meta.dirname, 'audit-policy.yaml');
  return { 'audit-policy-file': policy, 'audit-log-path': join(directory, `${name}.jsonl`) };
}

function etcdSocket(directory: string): string {
  return join(directory, 'etcd.sock');
}

function toArguments(flags: Readonly<Record<string, string>>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

async function accepts(socket: string): Promise<boolean> {
  if (!existsSync(socket)) {
    return false;
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = createConnection(socket)
    .on('connect', () => resolve(true))
    .on('error', () => resolve(false));
  return promise.finally(() => connection.destroy());
}
