import test from 'ava';
import fc from 'fast-check';
import { uidOf, versionOf } from '../../../core/watch/change.ts';
import { follow } from '../../../core/watch/follow.ts';
import type { Refusal } from '../../../core/watch/retry.ts';
import { type Delta, Store } from '../../../core/watch/store.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { Server } from './server.ts';

const parameters = { seed: 20260501, numRuns: 300 };

const refusal: fc.Arbitrary<Refusal> = fc.constantFrom<Refusal[]>(
  {},
  { status: 410, reason: 'Expired' },
  { reason: 'Gone' },
  { status: 429, retryAfter: 5000 },
  { status: 503, retryAfter: 1e12 },
  { status: 400 },
  { status: 401 },
  { status: 403 },
  { status: 404 },
  { status: 500 },
);
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
type Happening = (server: Server) => void;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: name.map(
      (name): Happening =>
        server =>
          server.put(name),
    ),
  },
  name.map(
    (name): Happening =>
      server =>
        server.remove(name),
  ),
  name.map(
    (name): Happening =>
      server => {
        server.remove(name);
        server.put(name);
      },
  ),
  fc.oneof(refusal, fc.constant('end' as const)).map(
    (how): Happening =>
      server => {
        server.cut = how;
      },
  ),
  fc.array(refusal, { minLength: 1, maxLength: 8 }).map(
    (all): Happening =>
      server => {
        server.refusals = [...all];
      },
  ),
  fc.constant<Happening>(server => {
    server.compacted = server.revision;
  }),
  fc.constant<Happening>(server => {
    server.dead = true;
  }),
  fc.nat(4).map(
    (count): Happening =>
      server => {
        server.repeat = count;
      },
  ),
  fc.nat(4).map(
    (writes): Happening =>
      server =>
        server.restore(writes),
  ),
);
const pause = fc.oneof(fc.nat(100), fc.nat(3000), fc.nat(400_000));
const schedules = fc.array(fc.tuple(pause, happening), { maxLength: 60, size: 'max' });

/** Objects as the deltas alone tell of them. @throws where a delta cannot follow those before it. */
class Told {
  readonly objects = new Map<string, Delta['object']>();
  readonly #past = new Set<string>();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  take({ type, key, object }: Delta): void {
    const known = this.objects.get(key);
    const follows = type === 'added' ? known === undefined : known && uidOf(known) === uidOf(object);
    if (!follows) throw new Error(`${type} ${uidOf(object)} cannot follow ${known && uidOf(known)}`);
    const moment = `${type} ${uidOf(object)} ${versionOf(object)}`;
    if (this.#past.has(moment) && !this.#server.restored) throw new Error(`${moment} is told twice`);
    this.#past.add(moment);
    if (type === 'deleted') this.objects.delete(key);
    else this.objects.set(key, object);
  }
}

test('whatever happens, a store comes to hold what the server holds, and tells of every object that went or came', t =>
  fc.assert(
    fc.asyncProperty(schedules, async schedule => {
      const clock = new VirtualClock();
      const server = new Server(clock);
      const [store, told, over] = [new Store(), new Told(server), new AbortController()];
      const waits: number[] = [];
      const following = (async () => {
        const changes = follow(server, {
          signal: over.signal,
          wait: milliseconds => {
            waits.push(milliseconds);
            return clock.sleep(milliseconds, over.signal);
          },
          random: () => 0.99,
          now: () => clock.now,
          failed: () => {},
        });
        for await (const change of changes) {
          for (const delta of store.apply(change)) told.take(delta);
          if (store.synced !== server.wholeLists > 0) throw new Error('synced is said of part of a list');
        }
      })();
      for (const [milliseconds, what] of schedule) {
        await clock.runUntil(clock.now + milliseconds);
        if (store.synced && server.wholeLists === 0) throw new Error('synced without a list');
        what(server);
      }
      // A dead connection is noticed, the longest wait is over, and the watch that follows has lived its life.
      await clock.runUntil(clock.now + 1_500_000);
      const there = [...server.objects.values()].map(object => ({ ...object }));
      t.deepEqual(sorted(store.values()), sorted(there));
      t.deepEqual(sorted(told.objects.values()), sorted(there));
      t.true(store.synced);
      t.true(Math.max(...waits, 0) <= 60_000);
      over.abort();
      await clock.runUntil(clock.now + 1_000_000);
      await following;
    }),
    parameters,
  ));

function sorted(objects: Iterable<Delta['object']>): string[] {
  return Array.from(objects, object => JSON.stringify(object)).toSorted();
}
