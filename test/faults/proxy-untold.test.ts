import anyTest, { type ExecutionContext } from 'ava';
import { keyOf } from '../../core/watch/change.ts';
import { until } from '../control-plane/until.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { makeUser } from '../toggle/users.ts';
import { survives } from './matrix.ts';
import * as answers from './proxy/answers.ts';
import { isFresh, isList, isWatch, watched } from './proxy/watched.ts';

// What an API server never does while a stream goes on, by its contract, and a lagging or broken one might.
let kubeconfig: string;
const { test, controlPlane } = withControlPlane(anyTest.serial, async controlPlane => {
  kubeconfig = await makeUser(controlPlane, 'default', 'follower');
});
let count = 0;
const begin = (t: ExecutionContext) => watched(t, controlPlane(), kubeconfig, `untold-${count++}`);
const named =
  (...names: string[]) =>
  ({ object }: answers.WatchEvent) =>
    names.includes(object.metadata.name);

const untold: readonly (readonly [what: string, through: answers.Through])[] = [
  ['an event is dropped and the stream goes on', answers.dropped(named('c12'))],
  ['a deletion is dropped and the stream goes on', answers.dropped(event => event.type === 'DELETED')],
  ['events of two objects reordered', answers.swapped(named('c11', 'c12'))],
  ['bookmarks alone', answers.dropped(({ type }) => type !== 'BOOKMARK')],
];

for (const [what, through] of untold) {
  test(`${what}: nothing tells of it before the next list, and that does`, async t => {
    const view = await begin(t);
    await survives({ who: 'operator', fault: `API: ${what}` }, async () => {
      const met = view.proxy.fault({ through }, { of: isWatch });
      view.begin();
      t.true(await until(() => view.store.synced));
      await view.change();
      await met;
      t.false(await view.isFresh());
      // The moment watched from is forgotten: this is how a list comes about.
      view.proxy.cut();
      view.proxy.mend();
      const forgotten = view.proxy.fault(410, { of: isWatch });
      await forgotten;
      await isFresh(t, view);
    });
  });
}

test('an API server that lags behind shows what was, and all that came once it has caught up', async t => {
  const view = await begin(t);
  await survives({ who: 'operator', fault: 'API: a server that lags behind, and catches up' }, async () => {
    const { moment, proxy } = view;
    void proxy.fault({ asOf: moment }, { of: isList, forGood: true });
    const met = proxy.fault({ asOf: moment }, { of: isWatch, forGood: true });
    await view.change();
    view.begin();
    await met;
    t.true([...view.store.values()].some(object => keyOf(object).endsWith('/c1')));
    t.false(await view.isFresh());
    proxy.mend();
    await isFresh(t, view);
  });
});

test('of two API servers one lags behind: a list of it shows what was, and the next watch all that came', async t => {
  const view = await begin(t);
  await survives({ who: 'operator', fault: 'API: of two servers one lags behind' }, async () => {
    const { moment, proxy, store } = view;
    view.begin();
    await view.change();
    await isFresh(t, view);
    const { listings } = store;
    proxy.cut();
    proxy.mend();
    void proxy.fault(410, { of: isWatch });
    await proxy.fault({ asOf: moment }, { of: isList });
    t.true(await until(() => store.listings > listings));
    await isFresh(t, view);
  });
});
