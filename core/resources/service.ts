import { proxyPort, publicPort, seidPorts } from '../listeners.ts';
import type { Fields } from '../schema/structural.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { bootstrapOnly, selectorLabels } from './labels.ts';
import { ownedMeta } from './metadata.ts';
import type { Service, ServicePort } from './types.ts';

/**
 * The headless Service that gives a node's pod its DNS name, before the pod is ready too: mark-ready comes through it.
 */
export function headlessService(node: SeiNode): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMeta(node, node.metadata.name),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels(node),
      ports: [
        ...Object.entries(seidPorts).map(([name, port]) => servicePort(name, port)),
        servicePort('public', publicPort),
        ...(tlsSecretName(node) === undefined ? [] : [servicePort('api', proxyPort)]),
      ],
    },
  };
}

function servicePort(name: string, port: number): ServicePort {
  const plain = { name, port, targetPort: port, protocol: 'TCP' } as const;
  // gRPC is HTTP/2 without TLS here; gateways are told by this name.
  return name === 'grpc' ? { ...plain, appProtocol: 'kubernetes.io/h2c' } : plain;
}

/**
 * What makes a node's Service of the one that the controller before had for a bootstrap alone, as a merge patch: its labels and
 * selector were those of the bootstrap, its one port the tasks listener.
 *
 * @param uid of that Service; another is not changed.
 */
export function bootstrapServiceMended(node: SeiNode, uid: string | undefined): Fields {
  const none = Object.fromEntries(Object.keys(bootstrapOnly).map(label => [label, null]));
  const { metadata, spec } = headlessService(node);
  return {
    metadata: { uid, labels: { ...metadata.labels, ...none } },
    spec: { ...spec, selector: { ...spec.selector, ...none } },
  };
}
