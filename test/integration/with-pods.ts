import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { createAuthority, generateKey } from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { findRBACProxy } from '../control-plane/programs.ts';
import { settings } from '../core/resources/nodes.ts';
import { type Images, nodeImages } from '../kubelet/images.ts';
import { type ProcessKubelet, startProcessKubelet } from '../kubelet/process-kubelet.ts';
import { manifest } from '../operator/manifests.ts';
import type { Operator, OperatorOptions } from '../operator/program.ts';
import { requires } from '../requires.ts';
import { deploy, makePlace, startOperator, watch } from './furniture.ts';
import type { Place, PlaceBed } from './place.ts';
import { withControlPlane } from './with-control-plane.ts';

/** A control plane whose pods are processes of this machine, with the real kube-rbac-proxy among them. */
export type PodBed = PlaceBed & {
  readonly kubelet: ProcessKubelet;
  readonly images: Images;
  /** Starts the operator. It finds every pod at 127.0.0.1. @param environment of it, beside the settings of tests. */
  readonly operator: (environment?: OperatorOptions['environment']) => Promise<Operator>;
  /** A namespace whose pods may ask who a token is and what it may do. */
  readonly inNamespace: (name: string) => Promise<Place>;
  /** Mints the token of a ServiceAccount, which is made, and bound to a ClusterRole in its namespace where one is named. */
  readonly tokenOf: (namespace: string, account: string, role?: string) => Promise<string>;
};

const proxy = await findRBACProxy();

/** Milliseconds that a Secret takes to the files of a pod; of a real kubelet they are up to 90,000. */
export const projectionDelay = 1_500;

/** A `test` for what needs pods that run. Tests of a file are serial: there is one pod at a time. */
export function withPods(): { test: ReturnType<typeof requires>; bed: () => PodBed } {
  let bed: PodBed | undefined;
  const over = new AbortController();
  const { test } = withControlPlane(anyTest.serial, async controlPlane => {
    if (proxy !== undefined) bed = await furnish(controlPlane, proxy, over.signal);
  });
  anyTest.after.always('the kubelet stops', async () => {
    over.abort();
    await bed?.kubelet.stop();
  });
  const need = 'kube-rbac-proxy: install Go to build it';
  return { test: proxy === undefined ? requires(need, false) : test, bed: () => bed as PodBed };
}

async function furnish(controlPlane: ControlPlane, proxy: string, over: AbortSignal): Promise<PodBed> {
  const images = nodeImages(controlPlane, proxy);
  const [authority, key, kubelet] = await Promise.all([
    createAuthority('nodes'),
    generateKey(),
    startProcessKubelet(controlPlane, { images, projectionDelay, scale: 0.1 }),
    deploy(controlPlane),
  ]);
  const place = {
    controlPlane,
    authority,
    key,
    stores: watch(controlPlane, over),
    said: { pairs: new Map() },
  };
  const tokenOf: PodBed['tokenOf'] = async (namespace, account, role) => {
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await controlPlane.call('POST', accounts, { metadata: { name: account } });
    if (role) await bind(controlPlane, `/namespaces/${namespace}/rolebindings`, role, namespace, account);
    return tokenIn(await controlPlane.serviceAccountKubeconfig(namespace, account));
  };
  return {
    ...{ ...place, kubelet, images, tokenOf },
    operator: environment => operatorOf(controlPlane, tokenOf, environment),
    inNamespace: async name => {
      await bind(controlPlane, '/clusterrolebindings', 'sei-rbac-proxy', name, settings.SEI_SERVICE_ACCOUNT);
      return makePlace(place, name);
    },
  };
}

/** With a token that the real proxy accepts, unlike the stand-ins' any. */
async function operatorOf(
  controlPlane: ControlPlane,
  tokenOf: PodBed['tokenOf'],
  environment: OperatorOptions['environment'] = {},
): Promise<Operator> {
  const { name, namespace = '' } = manifest('ServiceAccount').metadata;
  const file = join(controlPlane.directory, 'operator.token');
  writeFileSync(file, await tokenOf(namespace, name));
  return startOperator(controlPlane, '127.0.0.1', { ...environment, SIDECARS_TOKEN: file });
}

async function bind(
  { call }: ControlPlane,
  path: string,
  role: string,
  namespace: string,
  account: string,
): Promise<void> {
  const metadata = { name: `${role}-${namespace}-${account}` };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
  const subjects = [{ kind: 'ServiceAccount', namespace, name: account }];
  const { status, body } = await call('POST', `/apis/rbac.authorization.k8s.io/v1${path}`, {
    ...{ metadata, roleRef, subjects },
  });
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
}

function tokenIn(kubeconfig: string): string {
  return JSON.parse(readFileSync(kubeconfig, 'utf8')).users[0].user.token;
}
