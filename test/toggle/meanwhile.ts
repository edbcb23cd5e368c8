import type { ExecutionContext } from 'ava';
import { configMaps, seiNodes } from '../../cluster/resource.ts';
import { until } from '../control-plane/until.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { imported } from './by-hand.ts';
import type { Facts } from './facts.ts';
import { few } from './few.ts';
import { enableWhile, isCreate, isDelete, type Toggle } from './pause.ts';
import { beginTrial, type Trial } from './trial.ts';

/** What others do to a node while it is toggled. */
export function meanwhile(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const began = async (name: string) => beginTrial(bed(), await inNamespace(name));

  test('who edits a node before it is deleted finds the edit in the new one', t =>
    few(async () => {
      const trial = await began('edited');
      const edit = { metadata: { labels: { tier: 'gold' } }, spec: { image: 'sei:v6.4.0' } };
      const toggle = await enableWhile(t, bed(), trial, isDelete, () =>
        trial.place.patch(seiNodes, 'n0', edit),
      );
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.not(now.node?.metadata.uid, trial.before.node?.metadata.uid);
      t.is(now.node?.spec.image, 'sei:v6.4.0');
      t.is(now.node?.metadata.labels?.tier, 'gold');
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  test('a journal that somebody deletes is written again by who works on it', t =>
    few(async () => {
      const trial = await began('journal-gone');
      const toggle = await enableWhile(t, bed(), trial, isCreate, () =>
        trial.place.remove(configMaps, 'n0-tls-toggle-1'),
      );
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.is(now.configMaps.length, 1);
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  test('a node that somebody else deletes is made again all the same', t =>
    few(async () => {
      const trial = await began('deleted');
      const toggle = await enableWhile(t, bed(), trial, isDelete, () => trial.remove());
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  test('a new node that somebody else deletes is made once more', t =>
    few(async () => {
      const trial = await began('deleted-again');
      const toggle = await enableWhile(t, bed(), trial, isCreate, async () => {
        bed().held.add('deleted-again/n0-0');
      });
      t.true(await trial.becomes(({ node }) => node?.spec.sidecar?.tls !== undefined));
      const first = (await trial.facts()).node?.metadata.uid;
      await trial.remove(false);
      bed().held.delete('deleted-again/n0-0');
      bed().release();
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      const now = await trial.facts();
      check(t, trial, now, stderr);
      t.not(now.node?.metadata.uid, first);
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  test('the old node that somebody puts back is left alone, and abort ends with it', t =>
    few(async () => {
      const trial = await began('back');
      const toggle = await enableWhile(t, bed(), trial, isCreate, () => trial.create(imported));
      const node = await leavesAlone(t, trial, toggle);
      const aborted = await toggle.andThen('tls', 'abort', 'n0');
      t.is(aborted.code, 1, aborted.stderr);
      const now = await trial.facts();
      check(t, trial, now, aborted.stderr);
      t.is(now.node?.metadata.uid, node?.metadata.uid);
    }));

  test('put back without the import it fails: abort says how it goes on, and so it does', t =>
    few(async () => {
      const trial = await began('bare');
      const toggle = await enableWhile(t, bed(), trial, isCreate, () => trial.create({}));
      await leavesAlone(t, trial, toggle);
      t.true(await trial.becomes(({ node }) => node?.status?.phase === 'Failed'));
      const aborted = await toggle.andThen('tls', 'abort', 'n0');
      t.is(aborted.code, 3, aborted.stderr);
      t.regex(
        aborted.stderr,
        /is Failed: .*; mend that, delete the node \(its volume stays\), and tls resume/,
      );
      await trial.remove();
      const resumed = await toggle.andThen('tls', 'resume', 'n0');
      t.is(resumed.code, 1, resumed.stderr);
      check(t, trial, await trial.facts(), resumed.stderr);
    }));

  test('a pod that does not end is waited for and never forced, and no other begins beside it', t =>
    few(async () => {
      const trial = await began('stuck-pod');
      bed().held.add('stuck-pod/n0-0');
      const begun = Date.now();
      const toggle = await enableWhile(t, bed(), trial, isDelete, () => {});
      await toggle.says(/waits: .*Pod n0-0 on kubelet is being deleted, since/);
      for (const [, since = ''] of toggle.stderr().matchAll(/is being deleted, since (\S+Z)/g)) {
        t.true(Date.parse(since) >= begun - 1_000 && Date.parse(since) <= Date.now(), since);
      }
      t.is((await trial.facts()).pod?.metadata.uid, trial.before.pod?.metadata.uid);
      bed().held.delete('stuck-pod/n0-0');
      bed().release();
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      t.false(toggle.proxy.seen.some(({ method, path }) => method === 'DELETE' && path.includes('/pods/')));
      check(t, trial, await trial.facts(), stderr);
    }));

  test('where the namespace has no room for the new node, it waits, says so, and goes on once there is', t =>
    few(async () => {
      const trial = await began('full');
      const path = '/api/v1/namespaces/full/resourcequotas';
      const hard = (count: string) => ({ spec: { hard: { 'count/seinodes.sei.io': count } } });
      const { call } = bed().controlPlane;
      const toggle = await enableWhile(t, bed(), trial, isCreate, async () => {
        await call('POST', path, { metadata: { name: 'quota' }, ...hard('0') });
        // Its status is reckoned a moment later.
        const used = async () => (await call('GET', `${path}/quota`)).body as { status?: { used?: object } };
        t.true(await until(async () => (await used()).status?.used !== undefined));
      });
      await toggle.says(/waits: there is no room: .*exceeded quota/);
      t.is((await trial.facts()).node, undefined);
      await call('PATCH', `${path}/quota`, hard('1'));
      const { code, stderr } = await toggle.ended;
      t.is(code, 0, stderr);
      check(t, trial, await trial.facts(), stderr);
    }));
}

async function leavesAlone(t: ExecutionContext, trial: Trial, toggle: Toggle): Promise<Facts['node']> {
  const left = await trial.facts();
  for (const ended of [await toggle.ended, await toggle.andThen('tls', 'resume', 'n0')]) {
    t.is(ended.code, 3, ended.stderr);
    t.regex(ended.stderr, /made anew by somebody else, without TLS .*left alone/);
  }
  const { node, volume } = await trial.facts();
  t.deepEqual(node?.spec, left.node?.spec);
  t.is(volume?.spec.persistentVolumeReclaimPolicy, 'Retain');
  return node;
}
