import test from 'ava';
import { listenersOf, probes, proxyArguments } from '../../core/listeners.ts';
import type { SeiNode } from '../../core/seinode.ts';

/** `PORT NAME ADDRESS`, of a node with this sidecar. */
function ports(sidecar?: SeiNode['spec']['sidecar']): string[] {
  return listenersOf(node(sidecar)).map(({ port, name, address }) => `${port} ${name} ${address}`);
}

function node(sidecar?: SeiNode['spec']['sidecar']): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name: 'n0', namespace: 'arctic' },
    spec: { chainId: 'c', image: 'i', fullNode: {}, ...(sidecar && { sidecar }) },
  };
}

test('without TLS the tasks port is open to all, beside the public one', t => {
  t.deepEqual(ports(), ['7777 sidecar 0.0.0.0', '9100 public 0.0.0.0']);
});

test('under TLS the proxy stands in front and tasks are on loopback', t => {
  t.deepEqual(ports({ tls: { secretName: 's' } }), [
    '8443 api 0.0.0.0',
    '7777 sidecar 127.0.0.1',
    '9100 public 0.0.0.0',
  ]);
});

test('spec.sidecar.port moves the tasks port and the upstream of the proxy', t => {
  const sidecar = { port: 7000, tls: { secretName: 's' } };
  t.true(ports(sidecar).includes('7000 sidecar 127.0.0.1'));
  t.true(proxyArguments(node(sidecar)).includes('--upstream=http://127.0.0.1:7000/'));
});

test('the proxy replaces forged headers and lets no path through unasked', t => {
  const args = proxyArguments(node());
  t.true(args.includes('--auth-header-fields-enabled=true'));
  t.true(args.includes('--tls-reload-interval=30s'));
  t.false(args.some(arg => /ignore-paths|allow-paths/.test(arg)));
});

test('the sidecar has no startup probe, which would block the proxy behind it', t => {
  t.deepEqual(
    probes.map(({ container, probe, path }) => `${container} ${probe} ${path}`),
    ['sei-sidecar liveness /v0/livez', 'sei-sidecar readiness /v0/healthz', 'seid startup /v0/healthz'],
  );
});
