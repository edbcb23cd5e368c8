import { isWrite, type Seen } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { isLong } from './long.ts';
import { isCreate, isDelete, isOfVolume } from './pause.ts';
import { beginTrial } from './trial.ts';
import type { Rights } from './users.ts';
import { makeWay } from './way.ts';

const enable = ['enable', 'n0', '--secret', 'n0-tls', '--yes', '--no-verify'];

/** Everything in the namespace; of volumes, to read them. */
const withoutVolumes: Rights = {
  rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  clusterRules: [
    { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  ],
};

/** Who may not do all that a toggle does. */
export function rights(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  for (const reclaimPolicy of ['Retain', 'Delete'] as const) {
    const isFine = reclaimPolicy === 'Retain';
    test(`who may not patch volumes ${isFine ? 'toggles' : 'is refused'} where the volume is ${reclaimPolicy}`, t =>
      few(async () => {
        const place = await inNamespace(`rights-${reclaimPolicy.toLowerCase()}`);
        const trial = await beginTrial(bed(), place, { reclaimPolicy });
        const { proxy, tls } = await makeWay(t, bed(), place, 'person', withoutVolumes);
        const { code, stderr } = await tls(...enable);
        t.is(code, isFine ? 0 : 3, stderr);
        if (isFine) return check(t, trial, await trial.facts(), stderr);
        t.regex(stderr, /no permission to patch persistentvolumes: a ClusterRole/);
        t.regex(stderr, /reclaim policy Delete and you may not change it/);
        t.deepEqual(proxy.seen.filter(isWrite), []);
        t.deepEqual(await trial.facts(), trial.before);
      }));
  }

  const refusals: readonly (readonly [string, (call: Seen) => boolean])[] = [
    ['patch persistentvolumes', isOfVolume],
    ['patch persistentvolumeclaims', ({ method, path }) => method === 'PATCH' && path.includes('claims/')],
    ['patch seinodes', ({ method, path }) => method === 'PATCH' && path.includes('/seinodes/')],
    ['delete seinodes', isDelete],
    ['create seinodes', isCreate],
  ];
  for (const [what, of] of isLong ? refusals : refusals.slice(0, 1)) {
    test(`who may no longer ${what} goes on once that is given back`, t =>
      few(async () => {
        const trial = await beginTrial(bed(), await inNamespace(what.replace(' ', '-')));
        const { proxy, tls } = await makeWay(t, bed(), trial.place);
        proxy.fault(403, { of, forGood: true });
        for (const args of [enable, ['resume', 'n0', '--yes']]) {
          const { code, stderr } = await tls(...args);
          t.is(code, 3, stderr);
          t.regex(stderr, new RegExp(`^error: .*: no permission to ${what}`, 'm'));
        }
        proxy.mend();
        const { code, stderr } = await tls('resume', 'n0', '--yes');
        t.is(code, 0, stderr);
        check(t, trial, await trial.facts(), stderr);
      }));
  }
}
