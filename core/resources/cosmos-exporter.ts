import { exporterPort, seidPorts } from '../listeners.ts';
import type { Settings } from '../settings.ts';
import { containerPort } from './port.ts';
import { readOnly } from './security-context.ts';
import type { Container } from './types.ts';
import { tmpMount } from './volumes.ts';

/** Metrics of the chain, asked of seid on loopback. Its startup probe waits for seid's gRPC, without which it ends. */
export function cosmosExporter(settings: Settings): Container {
  return {
    name: 'cosmos-exporter',
    image: settings.SEI_COSMOS_EXPORTER_IMAGE ?? '',
    args: [
      ...['--denom', 'usei', '--denom-coefficient', '1000000', '--bech-prefix', 'sei'],
      ...['--listen-address', `:${exporterPort}`],
    ],
    ports: [containerPort('cosmos-metrics', exporterPort)],
    volumeMounts: [tmpMount],
    securityContext: readOnly,
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '384Mi' } },
    startupProbe: {
      tcpSocket: { port: seidPorts.grpc },
      initialDelaySeconds: 5,
      periodSeconds: 5,
      failureThreshold: 60,
    },
  };
}
