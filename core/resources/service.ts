import { proxyPort, publicPort, seidPorts } from '../listeners.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import { selectorLabels } from './labels.ts';
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
