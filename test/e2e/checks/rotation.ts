import assert from 'node:assert/strict';
import { eventually } from '../kubectl.ts';
import { podOf, securedURL, statusesOf, tasksOf } from '../node.ts';
import { secretObject } from '../objects.ts';
import { keepAsking } from '../probes.ts';
import { namespaces, type Run, secured } from '../run.ts';
import { unready } from './pod.ts';

/** Seconds: what the kubelet may take to write a Secret (contract.md §5), and the proxy to look. */
const patience = 90 + 30 + 30;

/** Another certificate, of another authority, in the Secret of a node that runs. */
export async function checkRotation(run: Run): Promise<void> {
  const { kubectl, check } = run;
  await check('a Secret rotated by the kubelet: no call fails, and the new certificate is served', () =>
    rotates(run),
  );
  await check(
    'the kubelet’s probes come through the policy: all is ready, and nothing was restarted',
    async () => {
      assert.equal(unready((await podOf(kubectl, secured))!), undefined);
    },
  );
  await check(
    'a pod made anew is marked ready by the operator, over the new certificate and through the policy',
    () => isMarkedReady(run),
  );
}

async function rotates(run: Run): Promise<string> {
  const { kubectl, certificates } = run;
  const question = { url: `${securedURL}/v0/tasks`, token: true, issuer: 'second', patience };
  const [{ seconds, seen }] = await Promise.all([
    keepAsking(run, 'controller', question),
    kubectl.apply([secretObject(certificates.second)]),
  ]);
  const told = Object.entries(seen).map(([kind, count]) => `${count} × ${kind}`);
  const failed = Object.keys(seen).filter(kind => !/^200 by (first|second)$/.test(kind));
  assert.ok(failed.length === 0, `calls failed: ${told.join(', ')}`);
  assert.ok(seconds !== undefined, `it is not served after ${patience} s: ${told.join(', ')}`);
  return `after ${seconds.toFixed(0)} s; ${told.join(', ')}`;
}

async function isMarkedReady({ kubectl }: Run): Promise<undefined> {
  const former = (await podOf(kubectl, secured))?.metadata.uid;
  await kubectl.run(['delete', 'pod', '-n', namespaces.nodes, `${secured}-0`]);
  await eventually(kubectl, 120, async () => {
    const pod = await podOf(kubectl, secured);
    if (pod === undefined || pod.metadata.uid === former) return 'there is no other pod';
    return statusesOf(pod)['sei-sidecar']?.ready ? undefined : 'the sidecar is not ready';
  });
  const types = (await tasksOf(kubectl, secured)).map(({ type }) => type);
  assert.deepEqual(types, ['mark-ready']);
  return undefined;
}
