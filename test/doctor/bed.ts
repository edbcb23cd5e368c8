import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { webhookNames } from '../../core/doctor/webhook/shipped.ts';
import { type Authority, createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { established } from '../control-plane/crd.ts';
import { directory } from '../operator/manifests.ts';
import { type AnsweringWebhook, startWebhook } from './answering-webhook.ts';
import {
  type Any,
  bundle,
  gatekeeper,
  namespace,
  networkPlugin,
  operatorDeployment,
  operatorLease,
  webhookConfiguration,
} from './objects.ts';

/** A cluster that nothing is wrong with, on a real API server that has a webhook to ask. */
export type DoctorBed = {
  readonly controlPlane: ControlPlane;
  readonly authority: Authority;
  readonly pair: KeyPair;
  readonly webhook: AnsweringWebhook;
  /** Applies objects as they are, with their status. */
  readonly apply: (...objects: readonly Any[]) => Promise<void>;
};

/** Makes one. @throws where an object is refused. */
export async function makeBed(controlPlane: ControlPlane): Promise<DoctorBed> {
  const authority = await createAuthority('webhook');
  const pair = await authority.issue({ commonName: 'webhook' }, ['localhost']);
  const webhook = await startWebhook(pair);
  const bed = { controlPlane, authority, pair, webhook, apply: applying(controlPlane) };
  // There are no pods here: the status of a Deployment shall stay as it is written.
  await controlPlane.controllerManager.stop();
  await controlPlane.kubectl(['delete', 'crd', 'seinodes.sei.io']);
  await bed.apply(...namespaces(), crd(), ...gatekeeperKinds());
  await bed.apply(...healthyObjects(bed));
  return bed;
}

/** The objects of a healthy cluster; applied again they undo what a test has done. */
export function healthyObjects({
  authority,
  pair,
  webhook,
}: Omit<DoctorBed, 'apply' | 'controlPlane'>): Any[] {
  const { deployment, webhook: configuration } = gatekeeper();
  const { template, constraint, syncSet } = bundle();
  return [
    ...[
      operatorDeployment(),
      // Nobody renews it: it is to be good until the last test, however slow the machine.
      operatorLease(namespace, new Date(Date.now() + 3_600_000).toISOString()),
      networkPlugin('--enable-network-policy=true'),
    ],
    ...[deployment, configuration, template, constraint, syncSet, secret(pair), node()],
    webhookConfiguration(authority.certificate, webhook.url),
  ];
}

/** The Secret of the webhook. */
export function secret({ certificate, key }: KeyPair): Any {
  const metadata = { name: webhookNames.secret, namespace };
  const data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data };
}

/** The CRD as the operator ships it. */
export function crd(): Any {
  return load(readFileSync(join(directory, 'crd/sei.io_seinodes.yaml'), 'utf8')) as Any;
}

function node(): Any {
  const spec = { chainId: 'arctic-1', image: 'seid:v6', fullNode: {} };
  return {
    ...{ apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', spec },
    metadata: { name: 'n0', namespace: 'arctic' },
  };
}

function namespaces(): Any[] {
  return [namespace, 'arctic', 'gatekeeper-system', 'elsewhere'].map(
    name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }) as unknown as Any,
  );
}

/** Gatekeeper's kinds, as far as the API server must know them. */
function gatekeeperKinds(): Any[] {
  return [
    kind('templates', 'v1', 'ConstraintTemplate', 'constrainttemplates'),
    kind('constraints', 'v1beta1', 'SeiNodeTlsImmutable', 'seinodetlsimmutable'),
    kind('config', 'v1alpha1', 'Config', 'configs'),
    kind('syncset', 'v1alpha1', 'SyncSet', 'syncsets'),
  ];
}

/** A CRD that takes anything. */
export function kind(
  part: string,
  version: string,
  kind: string,
  plural: string,
  group = `${part}.gatekeeper.sh`,
): Any {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const versions = [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }];
  return {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/enhancements/pull/1111' },
    },
    spec: { group, names: { kind, plural, singular: kind.toLowerCase() }, scope: 'Cluster', versions },
  } as unknown as Any;
}

function applying(controlPlane: ControlPlane): DoctorBed['apply'] {
  const send = async (object: Any, ...more: readonly string[]) => {
    const flags = ['--server-side', '--force-conflicts', '--field-manager=bed', '-f', '-', ...more];
    const { code, stderr } = await controlPlane.kubectl(['apply', ...flags], {
      input: JSON.stringify(object),
    });
    if (code !== 0) throw new Error(stderr);
  };
  return async (...objects) => {
    for (const object of objects) {
      const { status, ...rest } = object;
      await send(rest as Any);
      if (status !== undefined) await send(object, '--subresource=status');
      if (object.kind === 'CustomResourceDefinition') await established(controlPlane, object.metadata.name);
    }
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
