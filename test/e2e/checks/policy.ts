import assert from 'node:assert/strict';
import { eventually } from '../kubectl.ts';
import { policyManifest } from '../kustomize.ts';
import { addressOf, securedURL } from '../node.ts';
import { ask, type Probe, probeNames } from '../probes.ts';
import { plain, type Run, secured } from '../run.ts';

/** Ports of both nodes, and which of the pods that ask may reach them under the policy. */
type Door = { readonly what: string; readonly url: string; readonly open: readonly Probe[] };

/** The template of examples/: what it closes was open before, and what it leaves open still is. */
export async function checkPolicy(run: Run): Promise<void> {
  const { kubectl, check } = run;
  const doors = await doorsOf(run);
  const isOpen = await check('without a NetworkPolicy every port answers every pod', async () => {
    for (const door of doors) await answers(run, { ...door, open: probeNames });
  });
  if (!isOpen) return;
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
}

async function doorsOf({ kubectl }: Run): Promise<readonly Door[]> {
  const at = async (node: string) => `http://${await addressOf(kubectl, node)}`;
  const [tls, off] = [await at(secured), await at(plain)];
  const operators = ['controller', 'stranger'] as const;
  return [
    { what: '8443', url: `${securedURL}/v0/tasks`, open: operators },
    { what: '7777 of a node without TLS', url: `${off}:7777/v0/tasks`, open: operators },
    { what: '9100', url: `${tls}:9100/v0/metrics`, open: ['monitoring'] },
    { what: '26657 of seid', url: `${tls}:26657/status`, open: probeNames },
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
