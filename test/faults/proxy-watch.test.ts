import { setTimeout as sleep } from 'node:timers/promises';
import anyTest from 'ava';
import pLimit from 'p-limit';
import { until } from '../control-plane/until.ts';
import { withControlPlane } from '../integration/with-control-plane.ts';
import { makeUser } from '../toggle/users.ts';
import { sampleOf, survives } from './matrix.ts';
import * as answers from './proxy/answers.ts';
import type { Fault, FaultChoice } from './proxy/faults.ts';
import { isFresh, isList, isWatch, type Watched, watched } from './proxy/watched.ts';

let kubeconfig: string;
const { test, controlPlane } = withControlPlane(anyTest, async controlPlane => {
  kubeconfig = await makeUser(controlPlane, 'default', 'follower');
});
let count = 0;
/** Few at once: each has seconds in which to answer. */
const few = pLimit(4);
const begin = (t: Parameters<typeof watched>[0]) =>
  watched(t, controlPlane(), kubeconfig, `watched-${count++}`);

const [ofList, ofWatch, ofAll] = [isList, isWatch, () => true].map(of => ({ of })) as [
  FaultChoice,
  FaultChoice,
  FaultChoice,
];
const inASecond = { headers: { 'retry-after': '1' } };
const inADay = () => new Date(Date.now() + 86_400_000).toUTCString();
const of =
  (name: string) =>
  ({ object }: answers.WatchEvent) =>
    object.metadata.name === name;
const [c2, c3] = [of('c2'), of('c3')];
const through = (by: answers.Through) => ({ through: by });

/** What is over by itself, or by the next request. */
const passing: readonly (readonly [what: string, fault: Fault, of: FaultChoice])[] = [
  ['a list: RST before it reaches the API server', 'reset before', ofList],
  ['a list: RST once it was read', 'reset', ofList],
  ['a list is taken and never answered', 'hold', ofList],
  ['a list stalls in the middle', through(answers.stalled(700)), ofList],
  ['a list is cut by RST', through(answers.broken(700)), ofList],
  ['a list is torn and ends as if it were whole', through(answers.torn(700)), ofList],
  ['a list comes at a trickle', through(answers.drip(256, 20)), ofList],
  ['a list comes in bytes', through(answers.split(1)), ofList],
  ['a watch: RST before it reaches the API server', 'reset before', ofWatch],
  ['a watch: RST at its first event', through(answers.broken(0)), ofWatch],
  ['a watch is taken and never answered', 'hold', ofWatch],
  ['a watch stalls in the middle of an event', through(answers.stalled(700)), ofWatch],
  ['a watch trickles an event that never ends', through(answers.drip(1, 500)), ofWatch],
  ['a watch comes at a trickle', through(answers.drip(64, 5)), ofWatch],
  ['an event is torn and the stream ends in order', through(answers.tornEvent(2)), ofWatch],
  ['several events in one chunk', through(answers.merged(3)), ofWatch],
  ['an event in many chunks, letters cut in two', through(answers.split(1)), ofWatch],
  ['410 to a watch', 410, ofWatch],
  ['410 in the stream', through(answers.errorEvent(410, 2)), ofWatch],
  ['429 in the stream', through(answers.errorEvent(429, 2)), ofWatch],
  ['500 in the stream', through(answers.errorEvent(500, 2)), ofWatch],
  ['429 to everything, Retry-After in seconds', { status: 429, ...inASecond }, ofAll],
  ['429 to a list, Retry-After as a date', { status: 429, headers: { 'retry-after': inADay() } }, ofList],
  ['429 to a watch without Retry-After', 429, ofWatch],
  ['500 to a list', 500, ofList],
  ['503 to a watch, Retry-After in seconds', { status: 503, ...inASecond }, ofWatch],
  [
    'latency of a second',
    'delay',
    {
      ...ofAll,
      get until() {
        return sleep(1_000);
      },
    },
  ],
  ['events of one object reordered', through(answers.swapped(c3)), ofWatch],
  ['events of one object coalesced', through(answers.coalesced(3, c3)), ofWatch],
  [
    'deleted and made again told as one change',
    through(
      answers.edited(
        () => event => (!c2(event) || event.type === 'DELETED' ? [event] : [{ ...event, type: 'MODIFIED' }]),
      ),
    ),
    ofWatch,
  ],
  [
    'a deletion untold where the successor is told',
    through(answers.dropped(event => c2(event) && event.type === 'DELETED')),
    ofWatch,
  ],
];

for (const [what, fault, choice] of sampleOf(passing, 16)) {
  test(`${what}: the view is that of a fresh list afterwards`, t =>
    few(async () => {
      const view = await begin(t);
      await survives({ who: 'operator', fault: `API: ${what}` }, async () => {
        const met = view.proxy.fault(fault, choice);
        view.begin();
        // What came before its list no watch tells.
        if (choice === ofWatch) t.true(await until(() => view.store.synced));
        await view.change();
        await met;
        await isFresh(t, view);
      });
    }));
}

/** What lasts until it is mended. */
const lasting: readonly (readonly [what: string, begins: (view: Watched) => unknown])[] = [
  ['a peer that only keeps TCP alive', ({ proxy }) => proxy.mute()],
  ['a network that loses every packet', ({ proxy }) => proxy.freeze()],
  ['every connection ended', ({ proxy }) => proxy.cut()],
  ['403 to everything, then restored', view => refuse(view, 403)],
  ['500 to everything, then well', view => refuse(view, 500)],
];
for (const [what, begins] of lasting) {
  test(`${what}: it is said, and the view is that of a fresh list once it is over`, t =>
    few(async () => {
      const view = await begin(t);
      view.begin();
      await isFresh(t, view);
      await survives({ who: 'operator', fault: `API: ${what}` }, async () => {
        begins(view);
        await view.change();
        t.true(await until(() => view.failures.length > 1));
        t.false(await view.isFresh());
        view.proxy.mend();
        await isFresh(t, view);
      });
    }));
}

/** The watch that stands would hear of no refusal before it ends. */
function refuse({ proxy }: Watched, status: 403 | 500): void {
  proxy.cut();
  proxy.mend();
  void proxy.fault(status, { ...ofAll, forGood: true });
}
