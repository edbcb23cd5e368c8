import test from 'ava';
import { ClusterError } from '../../cluster/error.ts';
import { type Resource, secretMetadata, secrets } from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { Gate } from '../../operator/gate.ts';
import { createJudge } from '../../wasm/judge.ts';
import { fullNode, node, tls } from '../core/plan/nodes.ts';
import { good } from '../wasm/fixtures.ts';

const subject = node({ ...fullNode, sidecar: tls });
const secret = good.secret!;
const now = new Date(good.now);

type World = {
  secret?: Secret;
  other?: object;
  trouble?: string;
  read?: () => Promise<Secret | undefined>;
};

/** A gate on a cache in small, and how often it asked the rules. */
function made(world: World) {
  const judge = createJudge();
  const counts = { asked: 0, read: 0 };
  const cached = (resource: Resource) =>
    (resource === secrets ? world.secret : resource === secretMetadata ? world.other : undefined) as never;
  const read = () => {
    counts.read += 1;
    return (world.read ?? (async () => undefined))() as never;
  };
  const gate = new Gate({
    judge: {
      ...judge,
      verdict: input => {
        counts.asked += 1;
        return judge.verdict(input);
      },
    },
    objects: { cached, read },
    trouble: () => world.trouble,
  });
  const reasonAt = async (of: SeiNode, moment: Date) => (await gate.judge(of, moment))?.verdict.reason;
  return { gate, counts, reasonAt };
}

test('without TLS there is nothing to judge', async t => {
  t.is(await made({ secret }).gate.judge(node(fullNode), now), undefined);
});

test('a Secret is judged once, until another stands in its place', async t => {
  const world: World = { secret };
  const { counts, reasonAt } = made(world);
  t.is(await reasonAt(subject, now), 'Ready');
  t.is(await reasonAt(subject, now), 'Ready');
  t.is(counts.asked, 1);
  world.secret = { ...secret, data: {} };
  t.is(await reasonAt(subject, now), 'Malformed');
  delete world.secret;
  t.is(await reasonAt(subject, now), 'NotFound');
});

test('a Secret is read before a status says other of it than before, for what is cached may be older than the status', async t => {
  const status = { conditions: [{ type: 'SidecarTLSSecretReady', status: 'True', reason: 'Ready' }] };
  const told = { ...subject, status } as unknown as SeiNode;
  const stale = { ...secret, data: {} };
  const { counts, reasonAt } = made({ secret: stale, read: async () => secret });
  t.is(await reasonAt(told, now), 'Ready');
  t.is(counts.read, 1);
  const fresh = made({ secret });
  t.is(await fresh.reasonAt(told, now), 'Ready');
  t.is(fresh.counts.read, 0);
});

test('two nodes with one Secret are judged each by its own names', async t => {
  const other = node({ ...fullNode, sidecar: tls }, undefined, { name: 'n1' });
  const { reasonAt } = made({ secret });
  t.deepEqual([await reasonAt(subject, now), await reasonAt(other, now)], ['Ready', 'SANsMismatch']);
});

test('a certificate expires one millisecond after notAfter, and becomes valid on the second', async t => {
  const { gate, reasonAt } = made({ secret });
  const { notBeforeUnix, notAfterUnix } = gate.validityOf(subject) ?? t.fail();
  const at = (seconds: number, more = 0) => reasonAt(subject, new Date(seconds * 1000 + more));
  t.is(await at(notBeforeUnix, -1), 'NotYetValid');
  t.is(await at(notBeforeUnix), 'Ready');
  t.is(await at(notAfterUnix), 'Ready');
  t.is(await at(notAfterUnix, 1), 'Expired');
});

test('what was judged by a clock that ran ahead is judged again once it has been set back', async t => {
  const { gate, reasonAt } = made({ secret });
  const { notAfterUnix } = gate.validityOf(subject) ?? t.fail();
  const [soon, anHour] = [notAfterUnix * 1000 - 60_000, 3_600_000];
  t.is(await reasonAt(subject, new Date(soon + anHour)), 'Expired');
  t.is(await reasonAt(subject, new Date(soon)), 'Ready');
});

test('a Secret of another type is read once a version, and is Malformed', async t => {
  const opaque = { ...secret, type: 'Opaque' };
  const world: World = { other: {}, read: async () => opaque };
  const { counts, reasonAt } = made(world);
  t.deepEqual([await reasonAt(subject, now), await reasonAt(subject, now)], ['Malformed', 'Malformed']);
  t.is(counts.read, 1);
  world.other = {};
  await reasonAt(subject, now);
  t.is(counts.read, 2);
});

test('what cannot be read, or not be believed, is Unavailable and says why', async t => {
  const refused = async () => {
    throw new ClusterError('secrets "n0-tls" is forbidden');
  };
  const world: World = { other: {}, read: refused };
  const { gate, counts, reasonAt } = made(world);
  t.like((await gate.judge(subject, now))?.verdict, {
    status: 'Unknown',
    reason: 'Unavailable',
    message: 'Secret arctic/n0-tls could not be read: secrets "n0-tls" is forbidden',
  });
  await reasonAt(subject, now);
  t.is(counts.read, 2, 'it is asked again');
  const stale = made({ secret, trouble: 'collection secrets has not been heard of for a minute' });
  t.like((await stale.gate.judge(subject, now))?.verdict, {
    reason: 'Unavailable',
    message: 'Secret arctic/n0-tls could not be read: collection secrets has not been heard of for a minute',
  });
});
