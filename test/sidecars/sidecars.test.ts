import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { requiredDNSNames, type SeiNode } from '../../core/seinode.ts';
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import { node } from '../core/plan/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import { resolver, type Sidecars, type SidecarsOptions, startSidecars } from './sidecars.ts';

const run = promisify(execFile);
const authority = await createAuthority('sidecars');
const names = requiredDNSNames('n0', 'arctic');
const pair = await authority.issue({ commonName: 'n0' }, names);
const secured = node({ fullNode: {}, sidecar: { tls: { secretName: 'n0-tls' } } });
const open = node({ fullNode: {} });

async function started(t: ExecutionContext, options: Partial<SidecarsOptions> = {}): Promise<Sidecars> {
  const sidecars = await startSidecars({
    pairOf: name => (name === 'arctic/n0' ? pair : undefined),
    ...options,
  });
  t.teardown(sidecars.close);
  return sidecars;
}

/** What the operator's client makes of submit and poll, in a process of its own as the operator is one. */
async function asked(sidecars: Sidecars, asking: SeiNode, served: KeyPair = pair): Promise<unknown[]> {
  const directory = temporaryDirectory('sidecars');
  const script = join(directory, 'ask.mjs');
  const token = join(directory, 'token');
  const data = Object.entries({ 'tls.crt': served.certificate, 'ca.crt': authority.certificate });
  const secret = { data: Object.fromEntries(data.map(([key, text]) => [key, btoa(text)])) };
  const client = join(import.meta.dirname, '../../operator/sidecar/client.ts');
  const program = `
    import { sidecarClient } from ${JSON.stringify(client)};
    const token = '/var/run/secrets/kubernetes.io/serviceaccount/token';
    const client = sidecarClient({ token, now: () => new Date(), patience: 10_000 });
    const node = ${JSON.stringify(asking)};
    const task = { id: 'b1d5', type: 'mark-ready', status: 'Pending' };
    client.follow(node, ${JSON.stringify(secret)});
    console.log(JSON.stringify([await client.submit(node, task), await client.poll(node, task)]));
    client.close();`;
  writeFileSync(token, 'token');
  writeFileSync(script, program);
  const env = { ...process.env, SIDECARS_ADDRESS: sidecars.address, SIDECARS_TOKEN: token };
  const { stdout } = await run(process.execPath, ['--require', resolver, script], { env });
  return JSON.parse(stdout).map(({ kind, message }: { kind: string; message?: string }) => message ?? kind);
}

for (const [what, asking] of [
  ['a node under TLS', secured],
  ['a node without TLS', open],
] as const) {
  test(`the operator's client finds ${what} by its name, and its task is done`, async t => {
    const sidecars = await started(t);
    t.false(sidecars.isReady('arctic/n0'));
    t.deepEqual(await asked(sidecars, asking), ['submitted', 'complete']);
    t.like(sidecars.tasksOf('arctic/n0'), [{ id: 'b1d5', type: 'mark-ready' }]);
    t.true(sidecars.isReady('arctic/n0'));
    sidecars.restart('arctic/n0');
    t.deepEqual(sidecars.tasksOf('arctic/n0'), []);
  });
}

test('a task fails or runs on, as it is said', async t => {
  const failing = await started(t, { fateOf: (name, { type }) => ({ failed: `${name} ${type}` }) });
  t.deepEqual(await asked(failing, secured), ['submitted', 'arctic/n0 mark-ready']);
  const slow = await started(t, { fateOf: () => 'running' });
  t.deepEqual(await asked(slow, secured), ['submitted', 'submitted']);
});

test('another certificate is served as soon as it is there', async t => {
  let current = pair;
  const sidecars = await started(t, { pairOf: () => current });
  t.deepEqual(await asked(sidecars, secured), ['submitted', 'complete']);
  current = await authority.issue({ commonName: 'other' }, ['other.arctic.svc.cluster.local']);
  const [message] = (await asked(sidecars, secured)) as string[];
  t.regex(message as string, /name/);
});
