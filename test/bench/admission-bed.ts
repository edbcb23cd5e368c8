import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../control-plane/apiserver.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../control-plane/until.ts';
import { deploy } from '../integration/furniture.ts';
import {
  configurationPath,
  configurations,
  inNamespace,
  shipped,
  system,
} from '../integration/webhook-bed.ts';
import { manifest } from '../operator/manifests.ts';
import { type Operator, operator } from '../operator/program.ts';
import { beside, furniture } from './admission-mix.ts';
import { type Bed, creator } from './bed.ts';

/**
 * Starts the operator of the bundle as its ServiceAccount among policies and other pods.
 *
 * @param served whether it serves the webhook that is shipped, and the API server asks it.
 */
export async function startAdmission(
  { controlPlane, sidecars }: Bed,
  served: boolean,
  command?: readonly string[],
): Promise<Operator> {
  await deploy(controlPlane);
  const port = await freePort();
  const program = await operator(controlPlane, {
    ...{ kubeconfig: await account(controlPlane), sidecars: sidecars.address },
    flags: served ? [`--webhook-bind-address=127.0.0.1:${port}`] : [],
    ...(command && { command }),
  });
  const create = creator(controlPlane);
  for (const [path, objects] of furniture()) await create(path, objects);
  await program.start();
  if (served) await configure(controlPlane, create, port);
  return program;
}

async function account(controlPlane: ControlPlane): Promise<string> {
  const { name } = manifest('ServiceAccount').metadata;
  const given = await controlPlane.serviceAccountKubeconfig(system, name);
  const kubeconfig = join(controlPlane.directory, 'operator.kubeconfig');
  writeFileSync(kubeconfig, inNamespace(readFileSync(given, 'utf8')));
  return kubeconfig;
}

/** The API server finds the Service at the operator's port, and it asks once it knows the configuration and its CA. */
async function configure(
  controlPlane: ControlPlane,
  create: ReturnType<typeof creator>,
  port: number,
): Promise<void> {
  const { call } = controlPlane;
  await create(`/api/v1/namespaces/${system}/services`, [
    {
      metadata: { name: 'sei-k8s-controller-webhook' },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    },
  ]);
  await create(configurations, [shipped(port)]);
  const labelled = `/api/v1/namespaces/${beside}/pods/web`;
  let turn = 0;
  await until(async () => {
    const { webhooks } = (await call('GET', configurationPath)).body as Configuration;
    if (!webhooks.every(({ clientConfig }) => clientConfig.caBundle)) return false;
    await call('PATCH', labelled, { metadata: { labels: { asked: `${turn++}` } } });
    return /admission_duration_seconds_count\{name="pods.seinode/.test(
      String((await call('GET', '/metrics')).body),
    );
  });
}

type Configuration = {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
};
