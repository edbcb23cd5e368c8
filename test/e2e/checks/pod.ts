import assert from 'node:assert/strict';
import { eventually } from '../kubectl.ts';
import { type Container, type ContainerStatus, type NodePod, podOf, statusesOf } from '../node.ts';
import { type Run, secured } from '../run.ts';

/** What the kubelet made of the pod of a node under TLS. */
export async function checkPod({ kubectl, check }: Run): Promise<void> {
  const pod = async () => (await podOf(kubectl, secured))!;
  await check(
    'native sidecars: seid-init, sei-sidecar, kube-rbac-proxy, then seid, in this order',
    async () => inOrder(await pod()),
  );
  await check('sidecar and proxy are restarted always and are ready, and so is seid', async () => {
    await eventually(kubectl, 90, async () => unready(await pod()));
    const restarted = (await pod()).spec.initContainers.map(({ restartPolicy }) => restartPolicy);
    assert.deepEqual(restarted, [undefined, 'Always', 'Always']);
    return undefined;
  });
  await check('the probes of the sidecar, and the startup probe of seid, ask 9100', async () =>
    probed(await pod()),
  );
}

/** @returns the containers with what the kubelet says is wrong; undefined where nothing is. */
export function unready(pod: NodePod): string | undefined {
  const statuses = Object.values(statusesOf(pod));
  const wrong = statuses.filter(({ ready, restartCount }) => !ready || restartCount > 0);
  const told = wrong.map(
    ({ name, ready, restartCount }) =>
      `${name} is ${ready ? 'ready' : 'not ready'}, restarts: ${restartCount}`,
  );
  if (statuses.length !== 5) return `${statuses.length} of 5 containers are told of`;
  return told.length === 0 ? undefined : told.join('; ');
}

function inOrder(pod: NodePod): string {
  const statuses = statusesOf(pod);
  const names = ['seid-init', 'sei-sidecar', 'kube-rbac-proxy', 'seid'];
  assert.deepEqual(
    pod.spec.initContainers.map(({ name }) => name),
    names.slice(0, 3),
  );
  const moments = names.map(name => momentOf(statuses[name]));
  assert.deepEqual(moments, moments.toSorted());
  return names.map((name, index) => `${name} ${moments[index]}`).join(', ');
}

/** When it ended, or started. The kubelet tells whole seconds. */
function momentOf(status: ContainerStatus | undefined): string {
  const { terminated, running } = status?.state ?? {};
  return terminated?.finishedAt ?? running?.startedAt ?? 'never';
}

function probed({ spec }: NodePod): undefined {
  const named = (name: string): Container =>
    [...spec.initContainers, ...spec.containers].find(each => each.name === name)!;
  const { livenessProbe, readinessProbe, startupProbe } = named('sei-sidecar');
  assert.equal(startupProbe, undefined);
  for (const probe of [livenessProbe, readinessProbe, named('seid').startupProbe]) {
    assert.equal(probe?.httpGet?.port, 9100);
  }
  return undefined;
}
