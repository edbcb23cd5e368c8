import anyTest from 'ava';
import { until } from '../control-plane/until.ts';
import { invoke } from '../plugin/terminal.ts';
import { installWebhook, type Replica, replica } from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane } = withControlPlane(anyTest.serial);
const replicas: Replica[] = [];

type Check = { readonly check: string; readonly status: string; readonly message: string };

/** The checks of the webhook, by name. Its Service is another where there are no machines. */
async function webhookChecks(): Promise<Record<string, Check>> {
  const { out } = await invoke(`doctor -o json --kubeconfig ${controlPlane().kubeconfig}`);
  const { checks } = JSON.parse(out) as { checks: readonly Check[] };
  const wanted = checks.filter(({ check }) => check.startsWith('webhook-') && check !== 'webhook-endpoints');
  return Object.fromEntries(wanted.map(check => [check.check, check]));
}

test("doctor sees the operator's own webhook come and go", async t => {
  const { close, apply } = await installWebhook(controlPlane(), () => replicas);
  t.teardown(close);
  t.is((await apply()).status, 201);
  const before = await webhookChecks();
  t.like(before['webhook-certificate'], { status: 'fail' });
  t.regex(before['webhook-certificate']?.message ?? '', /caBundle of \S+ is empty/);
  t.like(before['webhook-reachable'], { status: 'fail' });

  const one = await replica(controlPlane(), 'one');
  replicas.push(one);
  await one.start();
  const amiss = async () => Object.values(await webhookChecks()).filter(({ status }) => status !== 'pass');
  await until(async () => (await amiss()).length === 0);
  t.deepEqual(await amiss(), []);

  await one.stop();
  const gone = async () => (await webhookChecks())['webhook-reachable'];
  await until(async () => (await gone())?.status === 'fail');
  t.regex((await gone())?.message ?? '', /^the API server does not reach it: /);
});
