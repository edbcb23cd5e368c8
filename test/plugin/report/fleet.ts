import { makePair } from '../../bench/material.ts';

/** The moment at which the fleet stands as its code says. */
export const now = '2026-06-01T00:00:00Z';

/**
 * Manifests of so many nodes, a hundred a namespace: of ten, one without TLS, one without its Secret, one whose certificate
 * has expired, the rest good for between a day and a year; plans that go on, have failed and are done; half of the
 * namespaces have a policy.
 */
export function fleetOf(count: number): string {
  const nodes = Array.from({ length: count }, (_, index) => nodeOf(index));
  const namespaces = Array.from({ length: Math.ceil(count / 100) }, (_, index) => namespaceOf(index * 100));
  const policies = namespaces.filter((_, index) => index % 2 === 0).map(policyOf);
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...nodes.flat(), ...policies] });
}

function nodeOf(index: number): object[] {
  const { node, secret } = makePair(index);
  const namespace = namespaceOf(index);
  const { name } = node.metadata;
  const kind = index % 10;
  const { sidecar: _sidecar, ...off } = node.spec;
  const spec = kind === 0 ? off : node.spec;
  const creationTimestamp = new Date(Date.parse(now) - index * 3_600_000).toISOString();
  const metadata = { name, namespace, creationTimestamp };
  const days = kind === 2 ? -3 : (index * 7) % 365;
  const named = {
    ...secret,
    metadata: { ...secret.metadata, namespace },
    data: expiring(secret.data, namespace, days),
  };
  return [{ ...node, metadata, spec, status: statusOf(index) }, ...(kind < 2 ? [] : [named])];
}

/** As long as the example's, which the certificate names. */
function namespaceOf(index: number): string {
  return `ns${String(Math.floor(index / 100)).padStart(4, '0')}`;
}

/** The same certificate for another namespace, with another end; its signature is then wrong, which nobody checks when a pair is loaded. */
function expiring(
  data: Readonly<Record<string, string>> = {},
  namespace: string,
  days: number,
): Record<string, string> {
  const end = new Date(Date.parse(now) + days * 86_400_000 + 3_600_000);
  const text = `${end.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  const pem = Buffer.from(data['tls.crt'] ?? '', 'base64').toString('latin1');
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').toString('latin1');
  const altered = Buffer.from(der.replace('20560101000000Z', text).replaceAll('arctic', namespace), 'latin1');
  const framed = `-----BEGIN CERTIFICATE-----\n${altered.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { ...data, 'tls.crt': Buffer.from(framed).toString('base64') };
}

const types = ['ensure-data-pvc', 'apply-statefulset', 'config-apply', 'discover-peers', 'mark-ready'];

function statusOf(index: number): object {
  const phase = index % 25 === 3 ? 'Failed' : index % 25 === 4 ? 'Active' : 'Complete';
  const tasks = types.map((type, at) => ({
    id: `5f0c9a4e-0d6b-5c0e-9f43-${String(index * 10 + at).padStart(12, '0')}`,
    type,
    status:
      phase === 'Complete' || at < 2 ? 'Complete' : phase === 'Failed' && at === 2 ? 'Failed' : 'Pending',
    ...(phase === 'Failed' && at === 2 && { error: 'the sidecar refused the task: config is not TOML' }),
  }));
  const node = { Complete: 'Running', Active: 'Initializing', Failed: 'Failed' }[phase];
  return { phase: node, plan: { id: `plan-${index}`, phase, targetPhase: 'Running', tasks } };
}

function policyOf(namespace: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'seinodes', namespace },
    spec: {
      podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' }] },
      ingress: [
        {
          ports: [{ port: 8443 }, { port: 7777 }],
          from: [
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': 'sei-k8s-controller-system' },
              },
              podSelector: {
                matchLabels: {
                  'control-plane': 'controller-manager',
                  'app.kubernetes.io/name': 'sei-k8s-controller',
                },
              },
            },
          ],
        },
        {
          ports: [{ port: 9100 }],
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        },
      ],
    },
  };
}
