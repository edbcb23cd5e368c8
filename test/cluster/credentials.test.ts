import { rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import type https from 'node:https';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { type Credentials, credentialsOf } from '../../cluster/credentials.ts';
import { ClusterError } from '../../cluster/error.ts';
import { inClusterConfig } from '../../cluster/in-cluster.ts';
import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { Sessions } from '../../cluster/session.ts';
import { chooseTarget } from '../../cluster/target.ts';
import { createAgent } from '../../cluster/transport.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import { client, fakeServer, json, kubeconfig, nodeList, writeFiles } from './fakes.ts';

const authority = await createAuthority('authority');
const serving = await authority.issue({ commonName: 'serving' }, [], ['127.0.0.1']);
const now = Date.parse('2026-06-01T00:00:00Z');
const server = 'https://h';

function of(t: ExecutionContext, user: object, cluster: object = {}): Promise<Credentials> {
  const loaded = loadKubeconfig(kubeconfig(t, { server, ...cluster }, user), {});
  return credentialsOf(chooseTarget(loaded, {}), false, now);
}

test('a token in a file is trimmed, and read again after a minute', async t => {
  const { token } = writeFiles(t, { token: ' first\n' });
  const { authorization, expires, renewable } = await of(t, { tokenFile: token });
  t.deepEqual(
    { authorization, expires, renewable },
    { authorization: 'Bearer first', expires: now + 60_000, renewable: true },
  );
});

test('a token in the kubeconfig does not expire', async t => {
  t.like(await of(t, { token: 't' }), { expires: Number.POSITIVE_INFINITY, renewable: false });
});

test('an empty file for a token is said, not passed over', async t => {
  const { token } = writeFiles(t, { token: ' \n' });
  await t.throwsAsync(of(t, { tokenFile: token }), {
    message: /^user "u": the tokenFile of the kubeconfig .* is empty$/,
  });
});

test('of data and file of a certificate the data counts', async t => {
  const { ca } = writeFiles(t, { ca: 'x' });
  const data = Buffer.from(authority.certificate).toString('base64');
  const { tls } = await of(t, {}, { 'certificate-authority': ca, 'certificate-authority-data': data });
  t.is(tls.ca?.toString(), authority.certificate);
});

test('an empty certificate authority does not mean those of the web', async t => {
  const { ca } = writeFiles(t, { ca: '' });
  await t.throwsAsync(of(t, {}, { 'certificate-authority': ca }), {
    message: /holds no certificate \(PEM\)$/,
  });
});

test('a certificate and another key are refused before anything is sent', async t => {
  const [one, two] = [await authority.issue({ commonName: 'a' }), await authority.issue({ commonName: 'a' })];
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(one.certificate), 'client-key-data': base64(two.key) };
  await t.throwsAsync(of(t, user), {
    message: /the client certificate and its key cannot be used: ERR_OSSL_X509_KEY_VALUES_MISMATCH$/,
  });
});

const jwt = (exp: unknown) => `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
const oidc = (config: object) => ({ 'auth-provider': { name: 'oidc', config } });

test('a token of OpenID Connect is used while it lasts', async t => {
  const token = jwt(now / 1000 + 1);
  t.is((await of(t, oidc({ 'id-token': token }))).authorization, `Bearer ${token}`);
  t.is((await of(t, oidc({ 'id-token': 'opaque' }))).authorization, 'Bearer opaque');
});

for (const config of [{ 'id-token': jwt(now / 1000) }, { 'refresh-token': 'hunter2' }, {}, 7]) {
  test(`OpenID Connect with ${JSON.stringify(config).slice(0, 20)} names what renews it, and sends nobody in anonymously`, async t => {
    const error = await t.throwsAsync(of(t, oidc(config as object)), {
      instanceOf: ClusterError,
      message: /^user "u": the OpenID Connect token has expired: any kubectl command renews it/,
    });
    t.notRegex(error?.message ?? '', /hunter2|h\./);
  });
}

test('after 401 a token is read from its file again', async t => {
  const { token } = writeFiles(t, { token: 'old' });
  const fake = await fakeServer(
    t,
    (request, response) => {
      writeFileSync(token, 'new');
      const good = request.headers.authorization === 'Bearer new';
      json(good ? nodeList([]) : { kind: 'Status', code: 401 }, good ? 200 : 401)(request, response);
    },
    serving,
  );
  const config = kubeconfig(t, { server: fake.url, 'insecure-skip-tls-verify': true }, { tokenFile: token });
  const { kind } = await client(t, config).get({ verb: 'list', resource: seiNodes });
  t.is(kind, 'SeiNodeList');
  t.deepEqual(
    fake.seen.map(({ headers }) => headers.authorization),
    [['Bearer old'], ['Bearer new']],
  );
});

function sessions(credentials: () => Promise<Credentials>): { sessions: Sessions; agents: Agent[] } {
  const agents: Agent[] = [];
  const connect = () => {
    const agent = new Agent();
    agents.push(agent);
    return agent;
  };
  return { sessions: new Sessions({ credentials, connect }), agents };
}

const token = (authorization: string, expires = Number.POSITIVE_INFINITY): Credentials => ({
  tls: { rejectUnauthorized: true, secureContext: createSecureContext() },
  authorization,
  expires,
  renewable: true,
});

test('a session is opened once, renewed once for all who found it of no use, and keeps its connections', async t => {
  let made = 0;
  const { sessions: kept, agents } = sessions(async () => {
    made += 1;
    return token(String(made), made * 100);
  });
  const all = await Promise.all([kept.at(0), kept.at(0), kept.at(0)]);
  t.is(new Set(all).size, 1);
  const renewed = await Promise.all([kept.at(100), kept.at(100), kept.renew(all[0]!), kept.renew(all[0]!)]);
  t.is(new Set(renewed).size, 1);
  t.is((await kept.renew(all[0]!)).credentials.authorization, '2');
  t.is(made, 2);
  t.is(agents.length, 1);
});

test('a session that could not be opened is tried again', async t => {
  let made = 0;
  const { sessions: kept } = sessions(async () => {
    made += 1;
    if (made === 1) throw new ClusterError('no');
    return token('t');
  });
  await t.throwsAsync(kept.at(0), { message: 'no' });
  t.is((await kept.at(0)).credentials.authorization, 't');
  await t.notThrowsAsync(kept.close());
});

test('inside a pod its ServiceAccount is used where no kubeconfig names a cluster', async t => {
  const { token } = writeFiles(t, { token: 'tok', 'ca.crt': authority.certificate, namespace: 'ns\n' });
  const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  const config = inClusterConfig(environment, dirname(token));
  const target = chooseTarget(config!, {});
  t.is(target.namespace, 'ns');
  t.is(target.cluster.fields.server, 'https://[fd00::1]:443');
  t.like(await credentialsOf(target, false, now), { authorization: 'Bearer tok', expires: now + 60_000 });
  const other = inClusterConfig({ ...environment, POD_NAMESPACE: 'other' }, dirname(token));
  t.is(chooseTarget(other!, {}).namespace, 'other');
  t.is(inClusterConfig({}, dirname(token)), undefined);
  rmSync(token);
  t.is(inClusterConfig(environment, dirname(token)), undefined);
});

test('all connections to a server go by one TLS context', async t => {
  const { tls } = await of(t, {}, {});
  const agent = createAgent(new URL(server), undefined, tls, 2) as https.Agent;
  t.is(agent.options.secureContext, tls.secureContext);
});
