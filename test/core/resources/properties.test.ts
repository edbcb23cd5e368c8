import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { proxyArguments } from '../../../core/listeners.ts';
import { passedOver } from '../../../core/plan/passed-over.ts';
import { dataClaim } from '../../../core/resources/data-claim.ts';
import { proxyConfig } from '../../../core/resources/proxy-config.ts';
import { headlessService } from '../../../core/resources/service.ts';
import { statefulSet } from '../../../core/resources/stateful-set.ts';
import { unbuildableFields } from '../../../core/resources/unbuildable.ts';
import { modes, type SeiNode, tlsSecretName } from '../../../core/seinode.ts';
import { arbitraryNode } from './arbitrary-node.ts';
import { settings } from './nodes.ts';
import { containersOf, podOf } from './pod.ts';

const holds = test.macro({
  exec(t: ExecutionContext, check: (t: ExecutionContext, node: SeiNode) => void) {
    const seeded = { seed: 255, numRuns: 500 };
    fc.assert(
      fc.property(arbitraryNode, node => {
        check(t, node);
      }),
      seeded,
    );
    t.pass();
  },
  title: (title = '') => `whatever the API server accepts: ${title}`,
});

test('every object is built, and plain JSON', holds, (t, node) => {
  const objects = [statefulSet, headlessService, proxyConfig, dataClaim].map(build => build(node, settings));
  const faults = [...unbuildableFields(node, settings), ...passedOver(node)];
  for (const value of [...objects, ...faults].filter(value => value !== undefined)) {
    t.deepEqual(JSON.parse(JSON.stringify(value)), value);
  }
});

test('the pod is never on the network, among the processes or the IPC of its host', holds, (t, node) => {
  const pod = podOf(node);
  t.false('hostNetwork' in pod || 'hostPID' in pod || 'hostIPC' in pod);
  t.true(podOf(node).volumes.every(volume => !('hostPath' in volume)));
  t.true(containersOf(node).every(({ ports = [] }) => ports.every(port => !('hostPort' in port))));
});

test('every pod under TLS has the user handed on and no path let by: ', holds, (t, node) => {
  const proxy = containersOf(node).find(({ name }) => name === 'kube-rbac-proxy');
  t.is(proxy !== undefined, node.spec.sidecar?.tls !== undefined);
  if (proxy === undefined) return;
  t.deepEqual(
    proxy.args?.filter(arg => arg.startsWith('--auth-header-fields-enabled')),
    ['--auth-header-fields-enabled=true'],
  );
  t.false(proxy.args?.some(arg => /ignore-paths|allow-paths/.test(arg)));
});

test('no container has a privilege, a capability or root', holds, (t, node) => {
  for (const { securityContext } of containersOf(node)) {
    const { readOnlyRootFilesystem: _, ...others } = securityContext;
    t.deepEqual(others, {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  }
});

test('only seid and its init container may write their root', holds, (t, node) => {
  const writing = containersOf(node).filter(({ securityContext }) => !securityContext.readOnlyRootFilesystem);
  t.deepEqual(
    writing.map(({ name }) => name),
    ['seid-init', 'seid'],
  );
});

test('keyring and passphrase are in no container but the sidecar', holds, (t, node) => {
  for (const container of containersOf(node).filter(({ name }) => name !== 'sei-sidecar')) {
    t.true(container.volumeMounts.every(({ name }) => name !== 'operator-keyring'));
    t.true((container.env ?? []).every(({ valueFrom }) => valueFrom === undefined));
  }
});

test('consensus keys are in no container but seid, by subPath', holds, (t, node) => {
  for (const { name, volumeMounts } of containersOf(node)) {
    const keys = volumeMounts.filter(({ name }) => name === 'signing-key' || name === 'node-key');
    t.true(keys.every(({ subPath, readOnly }) => name === 'seid' && subPath !== undefined && readOnly));
  }
});

test('the Secret of TLS is in no container but the proxy', holds, (t, node) => {
  const holders = containersOf(node).filter(({ volumeMounts }) =>
    volumeMounts.some(({ name }) => name === 'sidecar-tls'),
  );
  t.true(holders.every(({ name }) => name === 'kube-rbac-proxy'));
});

test('without TLS there is nothing of the proxy, with it exactly its arguments', holds, (t, node) => {
  const proxies = containersOf(node).filter(({ name }) => name === 'kube-rbac-proxy');
  const ports = headlessService(node).spec.ports.filter(({ port }) => port === 8443);
  const volumes = podOf(node).volumes.filter(({ name }) => /sidecar-tls|rbac-proxy/.test(name));
  const secretName = tlsSecretName(node);
  const trusting = containersOf(node)
    .flatMap(({ env = [] }) => env)
    .filter(({ value }) => value === 'trusted-header');
  const counts = [proxies.length, ports.length, volumes.length, trusting.length];
  t.deepEqual(counts, secretName === undefined ? [0, 0, 0, 0] : [1, 1, 2, 1]);
  t.is(proxyConfig(node) === undefined, secretName === undefined);
  if (secretName !== undefined) {
    t.deepEqual(proxies[0]?.args, proxyArguments(node));
    t.is(volumes.find(({ secret }) => secret)?.secret?.secretName, secretName);
  }
});

test('what a node makes does not depend on its status or annotations', holds, (t, node) => {
  const metadata = { ...node.metadata, annotations: { a: 'b' } };
  const later: SeiNode = { ...node, metadata, status: { phase: 'Running', currentImage: 'x' } };
  t.deepEqual(statefulSet(later, settings), statefulSet(node, settings));
});

test('the nodes that are made up are of every mode, with and without TLS, keys and fit for a pod', t => {
  const nodes = fc.sample(arbitraryNode, { seed: 255, numRuns: 500 });
  const count = (has: (node: SeiNode) => boolean) => nodes.filter(has).length;
  for (const mode of modes) t.true(count(({ spec }) => spec[mode] !== undefined) > 20, mode);
  t.true(count(node => tlsSecretName(node) !== undefined) > 50);
  t.true(count(node => podOf(node).volumes.some(({ name }) => name === 'signing-key')) > 3);
  t.true(count(node => podOf(node).volumes.some(({ name }) => name === 'operator-keyring')) > 3);
  t.true(count(node => unbuildableFields(node, settings).length === 0) > 20);
});
