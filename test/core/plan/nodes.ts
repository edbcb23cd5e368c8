import { validateSeiNode } from '../../../core/schema/seinode.ts';
import type { SeiNode, SeiNodeStatus } from '../../../core/seinode.ts';

export const planID = '5f0c9a4e-0d6b-4c0e-9f43-2d1b8a6f7e01';
export const otherPlanID = '0b54cf5c-92c4-4a3c-8a5e-9d0a2f3c4b02';
export const now = new Date('2026-05-01T12:00:00.250Z');

export const tls = { tls: { secretName: 'n0-tls' } } as const;
export const fullNode = { fullNode: {} } as const;

/** Node arctic/n0 of generation 1. */
export function node(
  spec: Partial<SeiNode['spec']>,
  status?: SeiNodeStatus,
  metadata: Partial<SeiNode['metadata']> = {},
): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name: 'n0', namespace: 'arctic', uid: 'u-1', generation: 1, ...metadata },
    spec: { chainId: 'arctic-1', image: 'seid:v1', ...spec },
    ...(status && { status }),
  };
}

/** What the CRD of existing clusters has against an object: faults, then fields that it would drop. */
export function refusals(value: SeiNode): string[] {
  const stored = JSON.parse(JSON.stringify(value));
  const { faults, unknownFields } = validateSeiNode(stored);
  return [...faults.map(({ field, message }) => `${field} ${message}`), ...unknownFields];
}

/** `seconds` after `now`. */
export function after(seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
