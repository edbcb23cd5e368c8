import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentContext, eventually } from '../kubectl.ts';
import { policyManifest } from '../kustomize.ts';
import { addressOf, securedURL } from '../node.ts';
import { ask, type Probe, probeNames, probeNamespace } from '../probes.ts';
import { namespaces, plain, type Run, secured } from '../run.ts';

/** Ports of both nodes, and which of the pods that ask may reach them under the policy. */
type Door = {
  readonly what: string;
  /** As `netpol reach` is asked for it. */
  readonly port: `${string}:${number}`;
  readonly url: string;
  readonly open: readonly Probe[];
};

/** The template of examples/: what it closes was open before, and what it leaves open still is. */
export async function checkPolicy(run: Run): Promise<void> {
  const { kubectl, check } = run;
  const doors = await doorsOf(run);
  const isOpen = await check('without a NetworkPolicy every port answers every pod', async () => {
    for (const door of doors) await answers(run, { ...door, open: probeNames });
  });
  if (!isOpen) return;
  await check('netpol reach says so too', () => agrees(doors.map(door => ({ ...door, open: probeNames }))));
  await kubectl.run(['apply', '-f', '-'], await policyManifest(kubectl));
  await check(
    'the cluster enforces the NetworkPolicy: 8443 is closed to a pod elsewhere, with a right and the labels',
    () => eventually(kubectl, 30, async () => await refusal(run, 'elsewhere', doors[0]!, false)),
  );
  for (const door of doors) {
    const closed = probeNames.filter(probe => !door.open.includes(probe));
    const to =
      closed.length === 0 ? 'everybody' : `${door.open.join(' and ')} alone, not to ${closed.join(', ')}`;
    await check(`NetworkPolicy: ${door.what} is open to ${to}`, () => answers(run, door));
  }
  await check('netpol reach says so too, of every pod and port', () => agrees(doors));
}

async function doorsOf({ kubectl }: Run): Promise<readonly Door[]> {
  const at = async (node: string) => `http://${await addressOf(kubectl, node)}`;
  const [tls, off] = [await at(secured), await at(plain)];
  const operators = ['controller', 'stranger'] as const;
  return [
    { what: '8443', port: `${secured}:8443`, url: `${securedURL}/v0/tasks`, open: operators },
    {
      what: '7777 of a node without TLS',
      port: `${plain}:7777`,
      url: `${off}:7777/v0/tasks`,
      open: operators,
    },
    { what: '9100', port: `${secured}:9100`, url: `${tls}:9100/v0/metrics`, open: ['monitoring'] },
    { what: '26657 of seid', port: `${secured}:26657`, url: `${tls}:26657/status`, open: probeNames },
  ];
}

/** @throws unless the port answers those that it is open to, and nobody else. */
async function answers(run: Run, door: Door): Promise<undefined> {
  const faults = probeNames.map(probe => refusal(run, probe, door, door.open.includes(probe)));
  const told = (await Promise.all(faults)).filter(fault => fault !== undefined);
  assert.ok(told.length === 0, told.join('; '));
  return undefined;
}

/** @returns why it is not as it should be; undefined where it is. Some networks drop what a policy closes, some refuse. */
async function refusal(
  run: Run,
  probe: Probe,
  { what, url }: Door,
  wanted: boolean,
): Promise<string | undefined> {
  const { status, fault } = await ask(run, probe, { url, token: true });
  const isAnswered = status !== undefined;
  return isAnswered === wanted ? undefined : `${what} answers ${probe} with ${status ?? fault}`;
}

/** @throws unless `netpol reach` tells of each pod that asks what the cluster does. */
async function agrees(doors: readonly Door[]): Promise<undefined> {
  for (const { port, open } of doors) {
    const { items } = await reach(port);
    const told = (list: readonly string[] = []) =>
      probeNames.filter(probe => list.includes(`${probeNamespace(probe)}/${probe}`));
    assert.equal(items.length, 1, port);
    assert.deepEqual(told(items[0]?.from), open, `${port} is open`);
    assert.deepEqual(
      told(items[0]?.denied),
      probeNames.filter(probe => !open.includes(probe)),
      `${port} is closed`,
    );
  }
  return undefined;
}

type ReachReport = {
  readonly items: readonly { readonly from: readonly string[]; readonly denied: readonly string[] }[];
};

async function reach(port: Door['port']): Promise<ReachReport> {
  const asked = ['netpol', 'reach', port, '-n', namespaces.nodes, '-o', 'json'];
  const args = [plugin, ...asked, '--context', await currentContext()];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

const plugin = join(import.meta.dirname, '../../../plugin/main.ts');
