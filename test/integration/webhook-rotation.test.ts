import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import anyTest, { type ExecutionContext } from 'ava';
import { renewal, settle } from '../../core/webhook/certificate.ts';
import { sinceAnnotation } from '../../operator/webhook/configuration.ts';
import { generate } from '../../operator/webhook/generate.ts';
import { authoritiesIn } from '../../operator/webhook/pem.ts';
import { dataOf } from '../../operator/webhook/secret.ts';
import { until } from '../control-plane/until.ts';
import {
  configurationPath,
  installWebhook,
  type Replica,
  replica,
  secretPath,
  system,
} from './webhook-bed.ts';
import { withControlPlane } from './with-control-plane.ts';

const replicas: Replica[] = [];
let close = () => {};
let isHeardOf: (each: Replica) => boolean = () => false;
const { test, controlPlane } = withControlPlane(anyTest.serial, async controlPlane => {
  const installed = await installWebhook(controlPlane, () => replicas);
  close = installed.close;
  isHeardOf = each => installed.ready.has(each);
  for (const name of ['one', 'two'])
    replicas.push(await replica(controlPlane, name, ['--leader-elect=true']));
  await installed.apply();
  await Promise.all(replicas.map(each => each.start()));
  await controlPlane.call('POST', '/api/v1/namespaces', { metadata: { name: 'a' } });
});
anyTest.after.always(() => close());

type Configuration = {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
};

async function configuration(): Promise<Configuration> {
  return (await controlPlane().call('GET', configurationPath)).body as Configuration;
}

/** The CAs of each webhook. */
async function authorities(): Promise<string[][]> {
  const { webhooks } = await configuration();
  const texts = webhooks.map(({ clientConfig }) =>
    Buffer.from(clientConfig.caBundle ?? '', 'base64').toString(),
  );
  return texts.map(authoritiesIn);
}

async function areAuthorities(count: number): Promise<boolean> {
  return (await authorities()).every(each => each.length === count);
}

/** The CA in the Secret, if what it signed is not to be renewed. */
async function stored(): Promise<string | undefined> {
  const { status, body } = await controlPlane().call('GET', secretPath);
  if (status !== 200) return undefined;
  const { data } = body as { data: Record<string, string> };
  const [leaf, authority] = ['tls.crt', 'ca.crt'].map(name => Buffer.from(data[name]!, 'base64').toString());
  const left = new X509Certificate(leaf!).validToDate.getTime() - Date.now();
  return left > renewal ? authoritiesIn(authority!)[0] : undefined;
}

/** The serial number of the certificate that each replica serves. */
function served(): Promise<string[]> {
  const ask = ({ port }: Replica) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
      socket.on('error', reject).on('secureConnect', () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
    });
  return Promise.all(replicas.map(ask));
}

/** The caBundle was written so long ago: what a real cluster waits for, a test writes. */
async function backdate(milliseconds: number): Promise<void> {
  const annotations = { [sinceAnnotation]: new Date(Date.now() - milliseconds).toISOString() };
  await controlPlane().call('PATCH', configurationPath, { metadata: { annotations } });
}

/** One rotation, through all of its stages. */
async function rotates(t: ExecutionContext, begin: () => Promise<unknown>): Promise<void> {
  const before = await served();
  const [[old = ''] = []] = await authorities();
  await begin();
  const isPublished = async () => {
    const made = await stored();
    return (
      made !== undefined &&
      made !== old &&
      (await authorities()).every(each => [old, made].every(one => each.includes(one)))
    );
  };
  t.true(await until(isPublished));
  t.deepEqual(await served(), before, 'the old one is served until every API server knows the new CA');
  await backdate(settle);
  t.true(await until(async () => (await served()).every(serial => !before.includes(serial))));
  t.is(new Set(await served()).size, 1);
  t.false(await areAuthorities(1), 'the old CA is still there');
  await backdate(2 * settle);
  t.true(await until(() => areAuthorities(1)));
  t.false((await authorities()).flat().includes(old));
}

/** Asks the API for things that the webhook is asked about, four at a time, until it is told to stop. */
function load(prefix: string) {
  const over = new AbortController();
  const failures: string[] = [];
  let count = 0;
  const ask = async (...asked: Parameters<ReturnType<typeof controlPlane>['call']>) => {
    const { status, body } = await controlPlane().call(...asked);
    count += 1;
    if (status >= 300) failures.push(`${asked[0]} ${asked[1]}: ${status} ${JSON.stringify(body)}`);
  };
  const nodes = '/apis/sei.io/v1alpha1/namespaces/a/seinodes';
  const policies = '/apis/networking.k8s.io/v1/namespaces/a/networkpolicies';
  const work = async (worker: number) => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      const name = `${prefix}${worker}-${round}`;
      const spec = { chainId: 'arctic-1', image: 'i', fullNode: {} };
      await ask('POST', nodes, { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata: { name }, spec });
      await ask('PATCH', `${nodes}/${name}`, { spec: { image: `i:${round}` } });
      await ask('POST', policies, {
        metadata: { name },
        spec: { podSelector: { matchLabels: { app: name } } },
      });
      await ask('DELETE', `${policies}/${name}`);
      await ask('PATCH', '/api/v1/namespaces/a', { metadata: { labels: { [`w${worker}`]: `${round}` } } });
      await sleep(40);
    }
  };
  const working = Promise.all([0, 1, 2, 3].map(work));
  return {
    failures,
    count: () => count,
    end: async () => {
      over.abort();
      await working;
    },
  };
}

test('a thousand requests while the certificate rotates twice, none failed', async t => {
  const busy = load('r');
  t.teardown(busy.end);
  await rotates(t, () => controlPlane().call('DELETE', secretPath));
  const day = 86_400_000;
  await rotates(t, async () => {
    const data = dataOf(await generate(system, Date.now() - 65 * day));
    await controlPlane().call('PATCH', secretPath, { data });
  });
  t.true(await until(() => busy.count() >= 1_000));
  await busy.end();
  t.log(`${busy.count()} requests`);
  t.deepEqual(busy.failures.slice(0, 3), []);
});

test('each of two replicas stops in order and starts again, and no request fails', async t => {
  const busy = load('s');
  t.teardown(busy.end);
  for (const each of replicas) {
    await each.stop('SIGTERM');
    t.is(await each.ended(), undefined);
    await each.start();
    // The Service of the test has to hear of it.
    t.true(await until(() => isHeardOf(each)));
  }
  await busy.end();
  t.log(`${busy.count()} requests`);
  t.true(busy.count() > 200);
  t.deepEqual(busy.failures.slice(0, 3), []);
});
