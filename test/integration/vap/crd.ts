import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import { manifest } from '../../operator/manifests.ts';

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/seinodes.sei.io';
const ours = manifest('CustomResourceDefinition');

/** Puts our CRD in place, but for what it says in CEL: structure alone decides. */
export async function withoutRules(controlPlane: ControlPlane): Promise<void> {
  await apply(controlPlane, silent(ours), 201);
}

/** Puts our CRD in place as it is. */
export async function applyRules(controlPlane: ControlPlane): Promise<void> {
  await apply(controlPlane, ours, 422);
}

/** Waits until a node without a mode is answered so: the API server takes up a CRD a little later. */
async function apply({ call }: ControlPlane, crd: object, answer: number): Promise<void> {
  const { metadata } = (await call('GET', path)).body as { metadata: object };
  const { status, body } = await call('PUT', path, { ...crd, metadata });
  if (status !== 200) throw new Error(`the CRD was refused: ${JSON.stringify(body)}`);
  const node = {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name: 'modeless' },
    spec: { chainId: 'arctic-1', image: 'sei:v6.3.0' },
  };
  const all = '/apis/sei.io/v1alpha1/namespaces/kube-system/seinodes?dryRun=All';
  const taken = () => until(async () => (await call('POST', all, node)).status === answer);
  if (!(await taken())) throw new Error('the CRD is not taken up');
}

function silent<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(silent) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== 'x-kubernetes-validations');
  return Object.fromEntries(kept.map(([key, value]) => [key, silent(value)])) as T;
}
