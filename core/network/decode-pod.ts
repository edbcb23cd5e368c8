import { metadataFaults, metadataSchema } from '../schema/metadata.ts';
import { nullFaults, nullsAsZero } from '../schema/nulls.ts';
import {
  type FieldFault,
  type Fields,
  isFields,
  type Schema,
  structuralFaults,
} from '../schema/structural.ts';
import { shown } from '../schema/text.ts';
import { parseAddress } from './cidr.ts';
import type { NetworkPod } from './network.ts';
import type { Labels } from './network-policy.ts';

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
const list = (items: Schema): Schema => ({ type: 'array', items });

const containers = list(
  object({
    restartPolicy: text,
    ports: list({
      ...object({ name: text, containerPort: { type: 'integer', format: 'int32' }, protocol: text }),
      required: ['containerPort'],
    }),
  }),
);

const podSchema: Schema = object({
  metadata: metadataSchema,
  spec: object({ hostNetwork: { type: 'boolean' }, nodeName: text, containers, initContainers: containers }),
  status: object({ phase: text, podIP: text, podIPs: list(object({ ip: text })) }),
});

/** A Pod (core/v1) with its namespace filled in, or what is wrong with it as far as the network depends on it. */
export function decodePod(
  value: Fields,
  namespace: string,
): { readonly faults: FieldFault[]; readonly pod: NetworkPod } {
  const object = nullsAsZero(value, podSchema) as NetworkPod;
  const faults = [...structuralFaults(object, podSchema, ''), ...labelsFaults(value)];
  return {
    faults: faults.length > 0 ? faults : addressFaults(object),
    pod: { ...object, metadata: { ...object.metadata, namespace } },
  };
}

/** Of a pod what decides who reaches it, and whom it reaches. */
export function networkPart({ apiVersion, kind, metadata, spec = {}, status = {} }: NetworkPod): NetworkPod {
  const { name, namespace, labels = {} } = metadata;
  const { hostNetwork, nodeName, containers = [], initContainers = [] } = spec;
  const { phase, podIP, podIPs } = status;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(hostNetwork !== undefined && { hostNetwork }),
      ...(nodeName && { nodeName }),
      containers: containers.map(({ ports }) => portsOf(ports)),
      initContainers: initContainers.map(({ restartPolicy, ports }) => ({
        ...(restartPolicy !== undefined && { restartPolicy }),
        ...portsOf(ports),
      })),
    },
    status: {
      ...(phase && { phase }),
      ...(podIP && { podIP }),
      ...(podIPs && { podIPs: podIPs.filter(({ ip }) => ip) }),
    },
  };
}

/** Whether a pod has a network: one that has ended has none any more. */
export function hasNetwork({ status }: NetworkPod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The labels of a Namespace (core/v1); the API server itself sets the one with its name. */
export function decodeNamespace(
  value: Fields,
  name: string,
): { readonly faults: FieldFault[]; readonly labels: Labels } {
  const { metadata } = nullsAsZero(value, podSchema) as Partial<NetworkPod>;
  return {
    faults: [...structuralFaults(metadata, metadataSchema, 'metadata'), ...labelsFaults(value)],
    labels: { ...metadata?.labels, 'kubernetes.io/metadata.name': name },
  };
}

function labelsFaults({ metadata }: Fields): FieldFault[] {
  const labels = isFields(metadata) ? metadata.labels : undefined;
  const map = { additionalProperties: text };
  return [...metadataFaults(metadata), ...nullFaults(labels, map, 'metadata.labels')];
}

type Container = NonNullable<NonNullable<NetworkPod['spec']>['containers']>[number];

function portsOf(ports: Container['ports']): Container {
  const kept = ports?.map(({ name, containerPort, protocol }) => ({
    ...(name !== undefined && { name }),
    containerPort,
    ...(protocol !== undefined && { protocol }),
  }));
  return kept === undefined || kept.length === 0 ? {} : { ports: kept };
}

function addressFaults({ status }: NetworkPod): FieldFault[] {
  const addresses: [string, string | undefined][] = [
    ['status.podIP', status?.podIP],
    ...(status?.podIPs ?? []).map(({ ip }, at): [string, string] => [`status.podIPs[${at}].ip`, ip]),
  ];
  return addresses.flatMap(([field, address]) =>
    !address || parseAddress(address) !== undefined
      ? []
      : [{ field, message: `${shown(address)} is no IP address` }],
  );
}
