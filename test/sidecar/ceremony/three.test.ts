import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { initPlan } from '../../../core/plan/build.ts';
import { taskRequest } from '../../../core/plan/request.ts';
import { taskKind } from '../../../core/plan/tasks.ts';
import type { PlannedTask, SeiNode } from '../../../core/seinode.ts';
import { validatorAccount } from '../../../sidecar/ceremony/keyring.ts';
import { node } from '../../core/plan/nodes.ts';
import { environmentOf, objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { killAll, sidecar } from '../program.ts';
import { type Home, homeWith } from '../tasks/home.ts';
import { vectors, withoutKeys } from './vectors.ts';

test.after.always(killAll);
const store = objectStoreOf(test);
const storeTest = withObjectStore();
const chainId = vectors.chainID!;
const names = ['val-0', 'val-1', 'val-2'];

/** A validator: its home, the process of its sidecar, and all that it has ever said. */
type Member = { readonly name: string; readonly home: Home; process: Process; readonly said: string[] };
type Process = Awaited<ReturnType<typeof sidecar>>;

storeTest('three validators begin a chain, though each sidecar is killed in each of its tasks', async t => {
  mkdirSync(join(store().root, 'ceremony'));
  const members = await Promise.all(names.map(begun));
  const made = /^(generate|upload)-/;
  await Promise.all(members.map(member => through(member, type => made.test(type))));
  const waiting = await submitted(members[0]!, { id: crypto.randomUUID(), type: 'configure-genesis' });
  t.regex(
    (await ended(members[0]!, waiting)).error ?? '',
    /ceremony\/sei-test-1\/genesis\.json in us-east-1/,
  );
  assemble(members);
  await Promise.all(members.map(member => through(member, type => !made.test(type))));
  const lines = members.flatMap(({ said }) => said);
  t.true(lines.some(line => /a task that was cut off runs again.*generate-gentx/.test(line)));
  for (const { name, home, process } of members) {
    t.is(home.read('config/genesis.json'), objectAt('genesis.json'));
    t.deepEqual(
      peersOf(home).map(peer => peer.split(/[@.]/)[1]),
      names.filter(each => each !== name).map(each => `${each}-0`),
    );
    t.is((await fetch(`${process.open}/v0/healthz`)).status, 200);
  }
  for (const secret of (await Promise.all(members.map(secretsOf))).flat()) {
    t.false(
      [...lines, ...bucketOf()].some(text => text.includes(secret)),
      'a private key was told',
    );
  }
});

async function begun(name: string): Promise<Member> {
  const home = homeWith(withoutKeys);
  const member = { name, home, said: [] as string[], process: await started(home) };
  return member;
}

function started(home: Home): Promise<Process> {
  const bucket = { SEI_GENESIS_BUCKET: 'ceremony', SEI_GENESIS_REGION: 'us-east-1' };
  return sidecar({ SEI_CHAIN_ID: chainId, SEI_HOME: home.path, ...bucket, ...environmentOf(store()) });
}

/** Sends the tasks of the operator's plan, one after the other; in each the sidecar dies once. */
async function through(member: Member, wanted: (type: string) => boolean): Promise<void> {
  const genesisCeremony = { chainId, stakingAmount: '1000000usei', accountBalance: '10000000usei' };
  const subject: SeiNode = node({ chainId, validator: { genesisCeremony } }, undefined, {
    name: member.name,
  });
  const { tasks } = initPlan(subject, crypto.randomUUID());
  for (const task of tasks.filter(({ type }) => taskKind(type)?.runsOn === 'sidecar' && wanted(type))) {
    const request = taskRequest(task, subject);
    if (!request.ok) throw new Error(request.error);
    await submitted(member, request.value as PlannedTask);
    // What mark-ready says is for the sidecar that runs.
    if (task.type !== 'mark-ready') await killed(member);
    const { status, error } = await ended(member, task.id);
    if (status !== 'completed') throw new Error(`${member.name} ${task.type}: ${error}`);
  }
}

async function submitted({ process }: Member, request: Pick<PlannedTask, 'id' | 'type'>): Promise<string> {
  const answer = await fetch(`${process.tasks}/v0/tasks`, { method: 'POST', body: JSON.stringify(request) });
  if (answer.status !== 201) throw new Error(await answer.text());
  return request.id;
}

async function killed(member: Member): Promise<void> {
  member.process.child.kill('SIGKILL');
  await member.process.exited;
  member.said.push(...member.process.lines);
  member.process = await started(member.home);
}

async function ended(member: Member, id: string): Promise<{ status: string; error?: string }> {
  for (;;) {
    const text = await (await fetch(`${member.process.tasks}/v0/tasks/${id}`)).text();
    member.said.push(text, ...member.process.lines);
    if (JSON.parse(text).status !== 'running') return JSON.parse(text);
    await sleep(20);
  }
}

/** Stands in for the assembler: one genesis of every gentx, and the peers. It checks nothing. */
function assemble(members: readonly Member[]): void {
  const genesis = JSON.parse(members[0]!.home.read('config/genesis.json'));
  genesis.app_state.genutil.gen_txs = names.map(name => JSON.parse(objectAt(`${name}/gentx.json`)));
  const peers = names.map(name => {
    const { node_key } = JSON.parse(objectAt(`${name}/identity.json`));
    return `${node_key.id}@${name}-0.${name}.arctic.svc.cluster.local:26656`;
  });
  for (const [key, value] of Object.entries({ genesis, peers })) {
    writeFileSync(join(store().root, 'ceremony', chainId, `${key}.json`), JSON.stringify(value));
  }
}

function objectAt(key: string): string {
  return readFileSync(join(store().root, 'ceremony', chainId, key), 'utf8');
}

function bucketOf(): string[] {
  const files = globSync('ceremony/**/*', { cwd: store().root }).map(file => join(store().root, file));
  return files.filter(file => statSync(file).isFile()).map(file => readFileSync(file, 'utf8'));
}

function peersOf(home: Home): string[] {
  return (/^persistent-peers = "(.*)"$/m.exec(home.read('config/config.toml'))?.[1] ?? '').split(',');
}

/** Every private key of a home, in the ways that it is written. */
async function secretsOf({ home }: Member): Promise<string[]> {
  const keys = ['node_key', 'priv_validator_key'].map(
    name => JSON.parse(home.read(`config/${name}.json`)).priv_key.value,
  );
  const account = await validatorAccount(home.path, new Date(0));
  if (!account.ok) throw new Error(account.error);
  const key = Buffer.from(account.value.privateKey);
  return [...keys, key.toString('hex'), key.toString('base64')];
}
