import type { ExecutionContext } from 'ava';
import { pathOf, persistentVolumeClaims, persistentVolumes } from '../../cluster/resource.ts';
import type { Seen } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { enableWhile, isCreate, isDelete, isOfVolume, type Toggle } from './pause.ts';
import { beginTrial, type Trial } from './trial.ts';

/** What others do to the volume of a node while it is toggled. */
export function volumeMeanwhile(
  test: Test,
  bed: () => Bed,
  inNamespace: (name: string) => Promise<Place>,
): void {
  const began = async (name: string) => beginTrial(bed(), await inNamespace(name));
  const removeClaim = ({ place }: Trial) => place.remove(persistentVolumeClaims, 'data-n0');

  const points: readonly (readonly [string, (call: Seen) => boolean])[] = [
    ['before it is protected', isOfVolume],
    ['before the node is deleted', isDelete],
    ['before the node is created', isCreate],
  ];
  for (const [when, of] of points) {
    test(`whose claim is deleted ${when} has a volume all the same, and nothing goes on`, t =>
      few(async () => {
        const trial = await began(when.replaceAll(' ', '-'));
        const toggle = await enableWhile(t, bed(), trial, of, () => removeClaim(trial));
        await keepsVolume(t, trial, toggle);
      }));
  }

  test('whose claim is deleted while the new node waits for it has a volume all the same', t =>
    few(async () => {
      const trial = await began('waits');
      const toggle = await enableWhile(t, bed(), trial, isCreate, async () => {
        bed().held.add('waits/n0-0');
      });
      t.true(
        await trial.becomes(({ node, pod }) => node?.spec.sidecar?.tls !== undefined && pod !== undefined),
      );
      await removeClaim(trial);
      await keepsVolume(t, trial, toggle);
      bed().held.delete('waits/n0-0');
    }));

  test('a volume that somebody makes Delete again is Retain before there is a new node, and Delete at the end', t =>
    few(async () => {
      const trial = await began('policy');
      const { call } = bed().controlPlane;
      const path = pathOf({ resource: persistentVolumes, name: 'policy-n0' });
      const toggle = await enableWhile(t, bed(), trial, isDelete, () =>
        call('PATCH', path, { spec: { persistentVolumeReclaimPolicy: 'Delete' } }),
      );
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      check(t, trial, await trial.facts(), stderr);
      const writes = toggle.proxy.seen.filter(call => isOfVolume(call) || isCreate(call));
      const policies = writes.map(({ method, body }) =>
        method === 'POST' ? 'create' : (body as Patch).spec.persistentVolumeReclaimPolicy,
      );
      t.deepEqual(policies, ['Retain', 'Retain', 'create', 'Delete']);
    }));
}

type Patch = { readonly spec: { readonly persistentVolumeReclaimPolicy: string } };

/** It stops, `resume` and `abort` say the same, and all is left as it was found. */
async function keepsVolume(t: ExecutionContext, trial: Trial, toggle: Toggle): Promise<void> {
  const stopped = await toggle.ended;
  const left = await trial.facts();
  const volume = `PersistentVolume ${trial.place.namespace}-n0`;
  const words = new RegExp(
    `PersistentVolumeClaim data-n0 is (gone|being deleted, since .*)\\. ${volume} is kept \\(Retain\\): take claimRef`,
  );
  for (const ended of [
    stopped,
    await toggle.andThen('tls', 'resume', 'n0'),
    await toggle.andThen('tls', 'abort', 'n0'),
  ]) {
    t.is(ended.code, 3, ended.stderr);
    t.regex(ended.stderr, words);
  }
  t.log(stopped.stderr.split('\n').slice(-6).join('\n'));
  const now = await trial.facts();
  t.is(now.node?.metadata.uid, left.node?.metadata.uid);
  t.is(now.volume?.metadata.uid, trial.before.volume?.metadata.uid);
  t.is(now.volume?.spec.persistentVolumeReclaimPolicy, 'Retain');
  t.true(now.hasData);
  t.true(now.claim === undefined || now.claim.metadata.uid === trial.before.claim?.metadata.uid);
}
