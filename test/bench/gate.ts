import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { secrets, seiNodes } from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { conditionOf, type SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { followAll } from '../follow.ts';
import { operator } from '../operator/program.ts';
import type { Bed } from './bed.ts';
import { namespace } from './fleet.ts';

/** Milliseconds from the moment that a Secret was sent mended until a watch told of it, and of its node past the gate. */
export type Opened = { readonly heard: readonly number[]; readonly opened: readonly number[] };

const collection = `/api/v1/namespaces/${namespace}/secrets`;

/**
 * Mends Secrets one after the other while many nodes wait for theirs.
 *
 * @param count of the bed's nodes. @param mended how many of them. @param command of `OperatorOptions`.
 */
export async function measureGate(
  { controlPlane, sidecars, createNodes }: Bed,
  count: number,
  mended: number,
  command?: readonly string[],
): Promise<Opened> {
  const over = new AbortController();
  const { call } = controlPlane;
  const [certificates, verdicts] = [new Map<string, string>(), new Map<string, string>()];
  let changed = () => {};
  const following = [
    followAll<Secret>(controlPlane, secrets, over.signal, ({ metadata, data }) => {
      certificates.set(metadata.name, data?.['tls.crt'] ?? '');
      changed();
    }),
    followAll<SeiNode>(controlPlane, seiNodes, over.signal, ({ metadata, status }) => {
      verdicts.set(metadata.name, conditionOf(status, 'SidecarTLSSecretReady')?.reason ?? '');
      changed();
    }),
  ];
  /** The moment that something is so, as the watches tell. */
  const moment = (isSo: () => boolean) =>
    new Promise<number>(resolve => {
      const former = changed;
      changed = () => {
        former();
        if (isSo()) resolve(performance.now());
      };
    });
  const write = async (name: string, certificate: string) => {
    const { status } = await call('PATCH', `${collection}/${name}`, { data: { 'tls.crt': certificate } });
    if (status !== 200) throw new Error(`PATCH ${collection}/${name}: ${status}`);
  };
  await until(() => certificates.size === count);
  const right = [...certificates];
  // Each has that of the next: it is read, its key is right, and its names are wrong.
  await pLimit(32).map(right, ([name], index) => write(name, right[(index + 1) % count]![1]));
  const program = await operator(controlPlane, {
    sidecars: sidecars.address,
    ...(command && { command }),
  });
  await program.start();
  await createNodes();
  const all = () => [...verdicts.values()].filter(reason => reason === 'SANsMismatch').length === count;
  if (!(await until(all))) throw new Error('not every node waits for its Secret');
  const taken = { heard: [] as number[], opened: [] as number[] };
  for (const [name, certificate] of right.slice(0, mended)) {
    // What the one before set going has come to an end.
    await setTimeout(200);
    changed = () => {};
    const moments = [
      moment(() => certificates.get(name) === certificate),
      moment(() => verdicts.get(name.replace(/-tls$/, '')) === 'Ready'),
    ] as const;
    const start = performance.now();
    await write(name, certificate);
    const [heard, opened] = await Promise.all(moments);
    taken.heard.push(heard - start);
    taken.opened.push(opened - start);
  }
  over.abort();
  await Promise.all(following);
  await program.stop();
  return taken;
}
