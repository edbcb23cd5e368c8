import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bundleSidecar } from '../../../scripts/bundle.ts';
import { temporaryDirectory } from '../../directory.ts';
import { killAll, sidecar } from '../program.ts';
import { handWritten, homeWith } from '../tasks/home.ts';
import { idOf, ownHost, startNode } from '../tasks/servers.ts';
import { EC2StandIn } from './ec2-stand-in.ts';

test.after.always(killAll);

test('the script that is shipped asks EC2 too, though it has only that of its client', async t => {
  t.timeout(60_000);
  const script = join(temporaryDirectory('bundle'), 'sidecar.cjs');
  await bundleSidecar(join(import.meta.dirname, '../../..'), script);
  t.false(readFileSync(script).includes('WithdrawByoipCidr'), 'the whole client is as large as the rest');
  const [ec2, host, home] = [new EC2StandIn(), ownHost(), homeWith(handWritten)];
  t.teardown(() => ec2.close());
  await startNode(t, { id: idOf(1) }, host);
  ec2.regions.set('eu-bundle-1', { instances: [{ privateAddress: host, tags: { Chain: 'x' } }] });
  const aws = {
    AWS_ENDPOINT_URL_EC2: await ec2.listen(),
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  };
  const { tasks } = await sidecar({ ...aws, SEI_HOME: home.path }, [script, 'serve']);
  const sources = [{ type: 'ec2Tags', region: 'eu-bundle-1', tags: { Chain: 'x' } }];
  const body = JSON.stringify({ type: 'discover-peers', params: { sources } });
  const { id } = await (await fetch(`${tasks}/v0/tasks`, { method: 'POST', body })).json();
  let result = { status: 'running' };
  while (result.status === 'running') result = await (await fetch(`${tasks}/v0/tasks/${id}`)).json();
  t.like(result, { status: 'completed' });
  t.true(home.read('config/config.toml').includes(`persistent-peers = "${idOf(1)}@${host}:26656"`));
});
