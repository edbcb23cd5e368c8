import { metadataSchema } from '../schema/metadata.ts';
import type { Schema } from '../schema/structural.ts';
import { selectorSchema } from './selector.ts';

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
const list = (items: Schema): Schema => ({ type: 'array', items });

const peers = list(
  object({
    podSelector: selectorSchema,
    namespaceSelector: selectorSchema,
    ipBlock: { ...object({ cidr: text, except: list(text) }), required: ['cidr'] },
  }),
);

const ports = list(
  object({
    protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'] },
    port: { 'x-kubernetes-int-or-string': true, format: 'int32' },
    endPort: { type: 'integer', format: 'int32' },
  }),
);

/** Its spec. */
export const specSchema: Schema = object({
  podSelector: selectorSchema,
  policyTypes: { ...list({ type: 'string', enum: ['Ingress', 'Egress'] }), maxItems: 2 },
  ingress: list(object({ from: peers, ports })),
  egress: list(object({ to: peers, ports })),
});

/** NetworkPolicy (Kubernetes API, networking.k8s.io/v1): its fields and their types. */
export const networkPolicySchema: Schema = object({
  apiVersion: text,
  kind: text,
  metadata: metadataSchema,
  spec: specSchema,
  // Kubernetes 1.24 to 1.27 had one, and manifests that were read from there still do. It decides nothing.
  status: { 'x-kubernetes-preserve-unknown-fields': true },
});
