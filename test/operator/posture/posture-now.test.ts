import test from 'ava';
import { ClusterError } from '../../../cluster/error.ts';
import type { SeiNodeStatus } from '../../../core/seinode.ts';
import { postureNow } from '../../../operator/posture/posture-now.ts';
import { fullNode, node } from '../../core/plan/nodes.ts';

const pod = { metadata: { namespace: 'arctic', name: 'n0-0', labels: {} } };
const running: SeiNodeStatus = { phase: 'Running' };
const away = new ClusterError('away');

type World = { readonly status?: SeiNodeStatus; readonly cached?: object; readonly read?: object | Error };
type Outcome = {
  readonly asked: number;
  readonly judged?: 'a pod' | 'none';
  readonly again: number | undefined;
};

const rows: [title: string, world: World, outcome: Outcome][] = [
  ['as the cache has it', { status: running, cached: pod }, { asked: 0, judged: 'a pod', again: undefined }],
  [
    'as its node would make it',
    { status: { phase: 'Pending' } },
    { asked: 0, judged: 'none', again: undefined },
  ],
  [
    'as the API has it, and again',
    { status: running, read: pod },
    { asked: 1, judged: 'a pod', again: 5_000 },
  ],
  ['as its node will make it anew', { status: running }, { asked: 1, judged: 'none', again: undefined }],
  ['not at all, and again', { status: running, read: away }, { asked: 1, again: 5_000 }],
];
for (const [title, { status, cached, read }, outcome] of rows) {
  test(`a pod is judged ${title}`, async t => {
    let asked = 0;
    const objects = {
      cached: () => cached as never,
      read: async () => {
        asked += 1;
        if (read instanceof Error) throw read;
        return read as never;
      },
    };
    const of = (_: unknown, found: unknown) =>
      ({ status: 'True', reason: found === undefined ? 'none' : 'a pod', message: '' }) as const;
    const { facts, again } = await postureNow(node(fullNode, status), { posture: { of }, objects });
    t.deepEqual({ asked, ...(facts && { judged: facts.reason }), again }, outcome as never);
  });
}

test('of a node that goes nobody asks', async t => {
  const going = node(fullNode, running, { deletionTimestamp: '2026-05-01T12:00:00Z' });
  const objects = { cached: () => undefined, read: () => Promise.reject(new Error('asked')) };
  t.is((await postureNow(going, { posture: { of: () => undefined }, objects })).again, undefined);
});
