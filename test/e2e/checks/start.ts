import assert from 'node:assert/strict';
import { eventually, podsRun, whyNot } from '../kubectl.ts';
import { podOf, runs, says, statusesOf, tasksOf } from '../node.ts';
import { nodeObjects, secretObject } from '../objects.ts';
import { probeNames, probeNamespace } from '../probes.ts';
import { namespaces, plain, type Run, secured, suffix } from '../run.ts';

/** The tasks of a node's first plan that its sidecar does. */
const sidecarTasks = ['configure-genesis', 'config-apply', 'config-validate', 'mark-ready'];

/** From nothing to two nodes that run. @returns whether they do: the other checks ask them. */
export async function startNodes(run: Run): Promise<boolean> {
  const { kubectl, check } = run;
  if (!(await check('two replicas of the operator and the pods that ask are ready', () => pods(run))))
    return false;
  await kubectl.apply(nodeObjects(run));
  await check('a node under TLS is not begun without its Secret', () => isHeld(run));
  await check('without TLS the operator brings a node to Running by plain tasks on 7777', async () => {
    await runs(kubectl, plain);
    assert.deepEqual(await given(run, plain), sidecarTasks);
  });
  await check(
    'a ca.crt that does not vouch for the certificate: the operator says so and sends nothing',
    () => isMistrusted(run),
  );
  await check('until mark-ready the probes on 9100 hold seid back, and nothing else', () => waits(run));
  return check(
    'with the right ca.crt it brings the node to Running over verified TLS, by its own token',
    () => isBroughtUp(run),
  );
}

async function pods({ kubectl }: Run): Promise<undefined> {
  const { controller } = namespaces;
  const name = `sei-k8s-controller-manager${suffix}`;
  await eventually(kubectl, 120, async () => {
    const deployment = await kubectl.get<{ status: { readyReplicas?: number } }>(
      'deployment',
      name,
      controller,
    );
    const { items } = JSON.parse(await kubectl.run(['get', 'pods', '-n', controller, '-o', 'json']));
    const ready = deployment?.status.readyReplicas ?? 0;
    return ready === 2 ? undefined : `${ready} of 2 replicas are ready${items.map(whyNot).join('')}`;
  });
  for (const probe of probeNames) await podsRun(kubectl, probeNamespace(probe), [probe]);
  return undefined;
}

async function isHeld({ kubectl }: Run): Promise<undefined> {
  await says(kubectl, 'SidecarTLSSecretReady', 'False NotFound');
  await says(kubectl, 'Progressing', 'False GateClosed');
  const found = await kubectl.get('statefulset', secured, namespaces.nodes);
  assert.ok(found === undefined, 'it has a StatefulSet');
  return undefined;
}

async function isMistrusted(run: Run): Promise<undefined> {
  const { kubectl, certificates } = run;
  await kubectl.apply([secretObject(certificates.first, certificates.second.authority)]);
  await says(kubectl, 'Progressing', 'True TaskWaiting', /is not trusted and gets no request/);
  assert.deepEqual(await given(run, secured), []);
  return undefined;
}

async function waits({ kubectl }: Run): Promise<undefined> {
  await eventually(kubectl, 30, async () => {
    const {
      seid,
      'sei-sidecar': sidecar,
      'kube-rbac-proxy': proxy,
    } = statusesOf(await podOf(kubectl, secured));
    const seen = { sidecar: [sidecar?.started, sidecar?.ready], proxy: proxy?.ready, seid: seid?.started };
    const wanted = { sidecar: [true, false], proxy: true, seid: false };
    const [is, should] = [JSON.stringify(seen), JSON.stringify(wanted)];
    return is === should ? undefined : `started and ready are ${is}, not ${should}`;
  });
  return undefined;
}

async function isBroughtUp(run: Run): Promise<string> {
  const { kubectl, certificates } = run;
  await kubectl.apply([secretObject(certificates.first)]);
  await runs(kubectl, secured);
  const tasks = await tasksOf(kubectl, secured);
  assert.deepEqual(await given(run, secured), sidecarTasks);
  const users = [...new Set(tasks.map(({ user }) => user))];
  const operator = `system:serviceaccount:${namespaces.controller}:sei-k8s-controller-manager${suffix}`;
  assert.deepEqual(users, [operator]);
  return `tasks by ${operator}`;
}

async function given({ kubectl }: Run, node: string): Promise<string[]> {
  return (await tasksOf(kubectl, node)).map(({ type }) => type);
}
