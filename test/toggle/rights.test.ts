import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed } from '../control-plane/rights.ts';
import { withBed } from './bed.ts';
import { heldBy } from './facts.ts';
import { plugin } from './plugin.ts';
import { beginTrial } from './trial.ts';

const { test, bed, inNamespace } = withBed({ controller: 'ours' });
const manifest = readFileSync(join(import.meta.dirname, '../../examples/toggle/rbac.yaml'), 'utf8');
const alice = ['--as', 'alice', '--as-group', 'seinode-tls-toggle'];

test('with the rights of examples/toggle/rbac.yaml, and no others, a toggle is Done, and can be looked up', async t => {
  const place = await inNamespace('rights');
  const trial = await beginTrial(bed(), place);
  const { kubectl, kubeconfig } = bed().controlPlane;
  const input = manifest.replaceAll('namespace: arctic', `namespace: ${place.namespace}`);
  t.is((await kubectl(['apply', '-f', '-'], { input })).code, 0);
  const run = (command: string, ...as: readonly string[]) =>
    plugin([...`tls ${command} n0 -n ${place.namespace}`.split(' '), ...as], { kubeconfig }).ended;
  t.true(await isAllowed(kubectl, 'patch', 'persistentvolumes', ...alice));
  const enabled = await run('enable --secret n0-tls --yes', ...alice);
  t.is(enabled.code, 0, enabled.stderr);
  t.notRegex(enabled.stderr, /Warning|no permission/);
  t.deepEqual(heldBy(await trial.facts()), heldBy(trial.before));
  const history = await run('history', ...alice);
  t.regex(history.stdout, /Done/, history.stderr);
});

test('without any, all that is missing is said at once, and nothing is begun', async t => {
  const place = await inNamespace('no-rights');
  const trial = await beginTrial(bed(), place);
  const { kubeconfig } = bed().controlPlane;
  const command = `tls enable n0 --secret n0-tls --yes -n ${place.namespace} --as mallory`;
  const { code, stderr } = await plugin(command.split(' '), { kubeconfig }).ended;
  t.is(code, 3);
  const said = stderr.replaceAll(/\s+/g, ' ');
  for (const missing of [
    ...['create configmaps', 'delete seinodes.sei.io', 'get persistentvolumeclaims', 'get pods/portforward'],
    ...['get secrets', 'list configmaps', 'patch persistentvolumes', 'create pods/portforward'],
  ]) {
    t.true(said.includes(missing), `${missing}: ${said}`);
  }
  const { node, configMaps } = await trial.facts();
  t.deepEqual([node?.metadata.uid, configMaps], [trial.before.node?.metadata.uid, []]);
});
