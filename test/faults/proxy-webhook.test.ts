import { setTimeout as sleep } from 'node:timers/promises';
import anyTest, { type ExecutionContext } from 'ava';
import { until } from '../control-plane/until.ts';
import {
  configurationPath,
  installWebhook,
  type Replica,
  replica,
  secretPath,
} from '../integration/webhook-bed.ts';
import { namespace, node, policy } from '../integration/webhook-fleet.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { isWhole, sampleOf, survives } from './matrix.ts';
import { type FaultProxy, startFaultProxy } from './proxy/proxy.ts';
import type { Seen } from './proxy/seen.ts';
import { type Carry, ways, webhookWay } from './proxy/webhook-way.ts';

// A real kube-apiserver asks the webhook of an operator, and the operator reads from it: both ways can be broken.
const replicas: Replica[] = [];
const way = webhookWay();
let proxy: FaultProxy;
let close = () => {};
let count = 0;
const nodes = '/apis/sei.io/v1alpha1/namespaces/a/seinodes';
const policies = '/apis/networking.k8s.io/v1/namespaces/a/networkpolicies';
const { test, controlPlane } = withControlPlane(anyTest.serial, async controlPlane => {
  const installed = await installWebhook(controlPlane, () => replicas, way.pass);
  close = installed.close;
  const along = async (kubeconfig: string) => {
    proxy = await startFaultProxy({ kubeconfig, directory: controlPlane.directory });
    return proxy.kubeconfig;
  };
  replicas.push(await replica(controlPlane, 'one', [], undefined, along));
  await controlPlane.call('POST', '/api/v1/namespaces', namespace('a'));
  await controlPlane.call('POST', nodes, node('n0'));
  await controlPlane.call('POST', '/api/v1/namespaces/a/secrets', {
    metadata: { name: 's' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' },
  });
  await replicas[0]!.start();
  await installed.apply();
});
anyTest.after.always(() => {
  close();
  proxy?.close();
});

const call: ReturnType<typeof controlPlane>['call'] = (...asked) => controlPlane().call(...asked);
/** It locks monitoring out of n0. */
const wrong = () => policy(`shut${count++}`, { podSelector: { matchLabels: { 'sei.io/node': 'n0' } } });
const right = () => node(`right${count++}`);

/** What the API server makes of a request that is refused by the rules. */
async function asWrong(t: ExecutionContext): Promise<'denied' | 'not asked'> {
  const made = wrong();
  const { status, body } = await call('POST', policies, made);
  const said = JSON.stringify(body);
  const isDenied = status === 403 && /netpol-blocked: SeiNode a\/n0/.test(said);
  t.true(isDenied || (status === 500 && /failed calling webhook/.test(said)), `${status} ${said}`);
  t.is((await call('GET', `${policies}/${made.metadata.name}`)).status, 404);
  return isDenied ? 'denied' : 'not asked';
}

/** As ever: what is wrong is denied, what is right is made. */
async function judges(t: ExecutionContext): Promise<void> {
  t.true(await until(async () => (await asWrong(t)) === 'denied'));
  t.true(await until(async () => (await call('POST', nodes, right())).status === 201));
}

test('a webhook that the API server asks', async t => {
  t.true(await until(async () => (await call('POST', nodes, right())).status === 201));
  await judges(t);
});

const whatIs = Object.entries<Carry>(ways);
const whole = ['an answer in bytes', 'a question in bytes'];
for (const [what, carry] of sampleOf(whatIs, 5)) {
  const ends = whole.includes(what) ? 'judged' : 'refused, or judged; never let through';
  test(`${what}: what is wrong is ${ends}, and a Secret is renewed`, async t => {
    await survives({ who: 'webhook', fault: `asked by the API server: ${what}` }, async () => {
      t.teardown(() => {
        way.carry = {};
      });
      way.carry = carry;
      for (const _ of [1, 2]) {
        const came = await asWrong(t);
        if (whole.includes(what)) t.is(came, 'denied');
      }
      // Made, or refused because nobody could be asked.
      t.true([201, 500].includes((await call('POST', nodes, right())).status));
      const data = { 'tls.crt': btoa(`renewed ${count}`) };
      t.is((await call('PATCH', '/api/v1/namespaces/a/secrets/s', { data })).status, 200, 'fails open');
      way.carry = {};
      await judges(t);
    });
  });
}

const isOf =
  (plural: string) =>
  ({ path }: Seen) =>
    path.endsWith(`/${plural}`);
/** What the operator reads meets this for longer than it believes what it has. */
const readings: readonly (readonly [what: string, begin: () => void])[] = [
  ['NetworkPolicies are answered 500', () => refuse(500, isOf('networkpolicies'))],
  ['namespaces are never answered', () => proxy.freeze(isOf('namespaces'))],
  ['all is answered 503', () => refuse(503, () => true)],
  ['every connection ended', () => proxy.cut()],
];

for (const [what, begin] of isWhole ? readings : []) {
  test(`${what}, for more than a minute: nothing that is wrong is let through`, async t => {
    await survives({ who: 'webhook', fault: `its reading: ${what}` }, async () => {
      t.teardown(() => proxy.mend());
      begin();
      const end = performance.now() + 80_000;
      while (performance.now() < end) {
        await asWrong(t);
        await sleep(2_000);
      }
      proxy.mend();
      await judges(t);
    });
  });
}

test('its certificate is made anew while connections end by RST: nothing that is wrong is let through', async t => {
  await survives(
    { who: 'webhook', fault: 'asked by the API server: RST while its certificate is renewed' },
    async () => {
      const bundle = async () =>
        JSON.stringify((await call('GET', configurationPath)).body).match(/caBundle":"[^"]+/)?.[0];
      const before = await bundle();
      const breaking = setInterval(() => {
        way.carry = way.carry.answered ? {} : ways['RST in place of the answer'];
      }, 50);
      t.teardown(() => clearInterval(breaking));
      await call('DELETE', secretPath);
      const isPublished = async () => {
        await asWrong(t);
        const now = await bundle();
        return now !== undefined && now !== before;
      };
      t.true(await until(isPublished));
      clearInterval(breaking);
      way.carry = {};
      await judges(t);
    },
  );
});

/** A watch that stands would meet nothing. */
function refuse(status: 500 | 503, of: (call: Seen) => boolean): void {
  proxy.cut();
  proxy.mend();
  void proxy.fault(status, { of, forGood: true });
}
