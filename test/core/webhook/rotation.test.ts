import test from 'ava';
import fc from 'fast-check';
import { decide, type Pair, settle, toServe, validity } from '../../../core/webhook/certificate.ts';

/** What is stored: each with the version that a write must name. */
type Stored = {
  secret: { version: number; content: Pair | 'unusable' | undefined };
  configuration: { version: number; authorities: string[][]; since: number | undefined } | undefined;
};
type Replica = { view: Stored; held: Pair | undefined; leads: boolean; skew: number };

const start = Date.UTC(2026, 10, 21);
/** Beside it a replica's watch is late by half a settle at most, and its clock by less. */
const longestTick = settle / 2;

/** Two webhooks, three replicas, and a clock. */
class Cluster {
  now = start;
  versions = 0;
  pairs = 0;
  stored: Stored = { secret: { version: 0, content: undefined }, configuration: undefined };
  readonly replicas: Replica[] = [-60_000, 0, 60_000].map(skew => this.#fresh(false, skew));

  #fresh(leads: boolean, skew: number): Replica {
    return { view: structuredClone(this.stored), held: undefined, leads, skew };
  }

  observe(replica: Replica, part: 'secret' | 'configuration'): void {
    Object.assign(replica.view, structuredClone({ [part]: this.stored[part] }));
    const { secret, configuration: bundle } = replica.view;
    const content = secret.content === 'unusable' ? undefined : secret.content;
    const now = this.now + replica.skew;
    replica.held = toServe({ secret: content, held: replica.held, bundle, now });
  }

  /** @param dies before the write, after it, or not at all. @returns whether there was anything to do. */
  act(replica: Replica, dies?: 'before' | 'after'): boolean {
    const { secret, configuration } = replica.view;
    const now = this.now + replica.skew;
    const view = {
      secret: secret.content ?? 'none',
      bundle: configuration,
      leads: replica.leads,
      now,
    } as const;
    const step = decide(view);
    if (step.do === 'wait') return false;
    if (dies !== 'before') {
      if (step.do !== 'publish') {
        const exists = this.stored.secret.content !== undefined;
        const isMet =
          step.do === 'create' ? !exists : exists && this.stored.secret.version === secret.version;
        if (isMet) this.put(this.#made(now));
      } else if (this.stored.configuration?.version === configuration?.version) {
        const authorities = [1, 2].map(() => [...step.authorities]);
        this.stored.configuration = { version: ++this.versions, authorities, since: now };
      }
    }
    if (dies !== undefined) this.restart(replica);
    return true;
  }

  restart(replica: Replica): void {
    Object.assign(replica, this.#fresh(replica.leads, replica.skew));
    this.observe(replica, 'secret');
  }

  put(content: Stored['secret']['content']): void {
    this.stored.secret = { version: ++this.versions, content };
  }

  lead(leader: number): void {
    for (const [index, replica] of this.replicas.entries()) replica.leads = index === leader;
  }

  tick(milliseconds: number): void {
    this.now += milliseconds;
    for (const replica of this.replicas) {
      this.observe(replica, 'configuration');
      this.observe(replica, 'secret');
    }
  }

  jump(milliseconds: number): void {
    this.now += milliseconds;
  }

  disturb(change: Partial<NonNullable<Stored['configuration']>> | 'gone'): void {
    const known = this.stored.configuration ?? { authorities: [[], []], since: undefined };
    this.stored.configuration =
      change === 'gone' ? undefined : { ...known, ...change, version: ++this.versions };
  }

  /** What is served and not verified by every webhook of the configuration as it is. */
  unverified(): string[] {
    const { configuration } = this.stored;
    const served = this.replicas.flatMap(({ held }) => held?.authority ?? []);
    return served.filter(each => configuration?.authorities.some(bundle => !bundle.includes(each)));
  }

  /** Everybody works on for some days, one of them as the leader. */
  calm(): boolean {
    this.lead(1);
    for (let round = 0; round < 30; round += 1) {
      this.tick(longestTick);
      const busy = this.replicas.filter(replica => this.act(replica));
      if (busy.length === 0 && round > 10) return true;
    }
    return false;
  }

  #made(now: number): Pair {
    return { authority: `CA ${++this.pairs}`, notBefore: now - 3_600_000, notAfter: now + validity };
  }
}

type Command = (cluster: Cluster) => void;

const who = fc.nat({ max: 2 });
const of = (replica: number, does: (cluster: Cluster, replica: Replica) => void) => (cluster: Cluster) =>
  does(cluster, cluster.replicas[replica]!);

/** What replicas do, and what happens to them; none of it may lose a request. */
const work: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(who, fc.constantFrom('secret', 'configuration') as fc.Arbitrary<'secret'>)
      .map(([i, part]) => of(i, (cluster, replica) => cluster.observe(replica, part))),
  },
  { weight: 6, arbitrary: who.map(i => of(i, (cluster, replica) => void cluster.act(replica))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(who, fc.constantFrom('before' as const, 'after' as const))
      .map(([i, dies]) => of(i, (cluster, replica) => void cluster.act(replica, dies))),
  },
  { weight: 1, arbitrary: who.map(i => of(i, (cluster, replica) => cluster.restart(replica))) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map(i => (cluster: Cluster) => cluster.lead(i)) },
  {
    weight: 4,
    arbitrary: fc
      .nat({ max: longestTick })
      .map(milliseconds => (cluster: Cluster) => cluster.tick(milliseconds)),
  },
);

/** What others do to the Secret: as long as they leave the caBundle alone this loses nothing either. */
const vandalism: fc.Arbitrary<Command> = fc.constantFrom<Command>(
  cluster => cluster.put(undefined),
  cluster => cluster.put('unusable'),
  cluster => cluster.put({ authority: 'CA of others', notBefore: start, notAfter: cluster.now + validity }),
  cluster => cluster.put({ authority: 'CA that ends', notBefore: start, notAfter: cluster.now + 1_000 }),
);

/** What they do to the configuration, or to the clock. */
const disturbance: fc.Arbitrary<Command> = fc.constantFrom<Command>(
  cluster => cluster.disturb('gone'),
  cluster => cluster.disturb({ authorities: [[], []] }),
  cluster => cluster.disturb({ authorities: [['CA of others'], []] }),
  cluster => cluster.disturb({ since: undefined }),
  cluster => cluster.disturb({ since: cluster.now + validity }),
  cluster => cluster.jump(100 * 86_400_000),
  cluster => cluster.jump(-100 * 86_400_000),
);

const settled = (isInstalled: boolean) => {
  const cluster = new Cluster();
  if (isInstalled) cluster.disturb({});
  cluster.calm();
  return cluster;
};

const history = (others: fc.Arbitrary<Command>, most: number) =>
  fc
    .tuple(
      fc.array(work, { minLength: 10, maxLength: 80 }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), others), { maxLength: most }),
    )
    .map(([commands, strange]) =>
      [...commands.map((command, index) => [index / commands.length, command] as const), ...strange]
        .toSorted(([a], [b]) => a - b)
        .map(([, command]) => command),
    );

test('whatever happens to replicas and to the Secret, nothing is served that the caBundle does not verify', t => {
  const property = fc.property(history(vandalism, 6), commands => {
    const cluster = settled(true);
    t.is(cluster.unverified().length, 0);
    for (const command of commands) {
      command(cluster);
      if (cluster.unverified().length > 0) return false;
    }
    return true;
  });
  t.notThrows(() => fc.assert(property, { numRuns: 3_000 }));
});

test('from whatever state it comes to one pair, one CA and rest', t => {
  const property = fc.property(
    history(fc.oneof(vandalism, disturbance), 6),
    fc.boolean(),
    (commands, isInstalled) => {
      const cluster = settled(isInstalled);
      for (const command of commands) command(cluster);
      if (!cluster.calm()) return false;
      const { secret, configuration } = cluster.stored;
      if (secret.content === undefined || secret.content === 'unusable') return false;
      const { authority } = secret.content;
      return (
        cluster.unverified().length === 0 &&
        cluster.replicas.every(({ held }) => held?.authority === authority) &&
        (configuration === undefined || configuration.authorities.every(each => each.join() === authority))
      );
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 3_000 }));
});
