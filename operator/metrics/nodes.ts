import { Gauge, type Registry } from 'prom-client';
import { sidecarTLSSecretReady } from '../../core/conditions.ts';
import { conditionOf, type SeiNode, tlsSecretName } from '../../core/seinode.ts';

/** A node, and when the certificate of its TLS Secret ends (Unix seconds), where there is one. */
export type MeasuredNode = { readonly node: SeiNode; readonly notAfterUnix?: number | undefined };

/**
 * What the alerts ask of each node (operator/manifests/monitoring), worked out at each scrape.
 *
 * @param nodes every node while this replica leads, none while it does not: two would contradict each other.
 */
export function nodeMetrics(registry: Registry, nodes: () => Iterable<MeasuredNode>): void {
  const gauge = (name: string, help: string, label: string[], put: Put) =>
    new Gauge({
      name,
      help,
      labelNames: ['namespace', 'name', ...label],
      registers: [registry],
      collect() {
        this.reset();
        for (const each of nodes()) {
          const { namespace, name } = each.node.metadata;
          put(each, (labels, value) => this.set({ namespace, name, ...labels }, value));
        }
      },
    });
  gauge('seinode_phase', '1 for the phase that a node is in', ['phase'], putPhase);
  gauge('seinode_tls_secret_ready', '1 or 0 for a node under TLS, and why', ['reason'], putReady);
  gauge(
    'seinode_tls_certificate_not_after_seconds',
    "When the certificate in a node's TLS Secret ends, in Unix seconds",
    [],
    putNotAfter,
  );
}

type Put = (node: MeasuredNode, set: (labels: Record<string, string>, value: number) => void) => void;

const putPhase: Put = ({ node }, set) => {
  const phase = node.status?.phase;
  if (phase !== undefined) set({ phase }, 1);
};

const putReady: Put = ({ node }, set) => {
  const condition = conditionOf(node.status, sidecarTLSSecretReady);
  if (tlsSecretName(node) === undefined || condition === undefined) return;
  set({ reason: condition.reason }, condition.status === 'True' ? 1 : 0);
};

const putNotAfter: Put = ({ notAfterUnix }, set) => {
  if (notAfterUnix !== undefined) set({}, notAfterUnix);
};
