import test from 'ava';
import { createAuthority, type KeyPair } from '../../control-plane/certificates.ts';
import { after, now } from '../../core/plan/nodes.ts';
import {
  clientOf,
  fakeSidecar,
  fixturePair,
  pod,
  secret,
  secured,
  selfSigned,
  task,
} from './fake-sidecar.ts';

const first = await createAuthority('authority');
/** Of the same name, and without key identifiers: only the signature tells. */
const second = await createAuthority('authority');
const bySecond = await second.issue({ commonName: 'n0' }, [pod]);
const byFirst = await first.issue({ commonName: 'n0' }, [pod]);
const rotations: readonly [string, [KeyPair, string?], [KeyPair, string?]][] = [
  ['self-signed leaves', [await selfSigned([pod])], [await selfSigned([pod])]],
  ['RSA to EC', [fixturePair('rsa')], [fixturePair('ecSEC1')]],
  ['authorities of one name', [byFirst, first.certificate], [bySecond, second.certificate]],
  ['a leaf to an authority', [byFirst], [bySecond, second.certificate]],
];

for (const [title, before, next] of rotations) {
  test(`${title}: the former certificate holds until the new one is served`, async t => {
    const { fake, client, submit } = await running(t, before);
    t.is(await submit(), 'submitted');
    client.follow(secured, secret(...next));
    t.is(await submit(), 'submitted');
    t.is(await submit(), 'submitted');
    fake.serve(next[0]);
    t.is(await submit(), 'submitted');
    t.is(fake.seen.length, 4);
    fake.serve(before[0]);
    await fake.cut();
    t.is(await submit(), 'waiting');
    t.is(fake.seen.length, 4);
  });

  test(`${title}: the former certificate holds for ten minutes at most`, async t => {
    const { fake, client, submit, clock } = await running(t, before);
    client.follow(secured, secret(...next));
    clock.now = after(599);
    t.is(await submit(), 'submitted');
    clock.now = after(600);
    t.is(await submit(), 'waiting');
    t.is(fake.seen.length, 1);
    await fake.left();
  });
}

test('a new leaf of the same authority needs no rotation, and connections stay', async t => {
  const { fake, client, submit } = await running(t, [byFirst, first.certificate]);
  await submit();
  const renewed = await first.issue({ commonName: 'n0' }, [pod]);
  client.follow(secured, secret(renewed, first.certificate));
  fake.serve(renewed);
  t.is(await submit(), 'submitted');
  t.deepEqual(fake.connections(), { opened: 1, open: 1 });
});

test('a Secret that is gone ends connections and trust, and one made anew rotates', async t => {
  const [, before, next] = rotations[0]!;
  const { fake, client, submit } = await running(t, before);
  await submit();
  client.follow(secured, undefined);
  await fake.left();
  const outcome = await client.submit(secured, task);
  t.deepEqual(outcome, {
    id: task.id,
    attempt: 0,
    kind: 'waiting',
    message: 'Secret arctic/n0-tls does not exist',
  });
  t.is(fake.seen.length, 1);
  client.follow(secured, secret(...next));
  t.is(await submit(), 'submitted');
});

test('connections of the former certificate end as the new one is served', async t => {
  const [, before, next] = rotations[0]!;
  const { fake, client, submit } = await running(t, before);
  await submit();
  client.follow(secured, secret(...next));
  await submit();
  t.is(fake.connections().open, 1);
  fake.serve(next[0]);
  await submit();
  t.is(fake.connections().opened, 3);
  client.follow(secured, undefined);
  await fake.left();
  t.pass();
});

test('a node made anew under its name is not known by the former certificate', async t => {
  const [, before, next] = rotations[0]!;
  const { client, submit } = await running(t, before);
  await submit();
  const anew = { ...secured, metadata: { ...secured.metadata, uid: 'u-2' } };
  client.forget(secured);
  client.follow(anew, secret(...next));
  t.is((await client.submit(anew, task)).kind, 'waiting');
});

async function running(t: Parameters<typeof fakeSidecar>[0], [pair, authority]: [KeyPair, string?]) {
  const fake = await fakeSidecar(t, pair);
  const clock = { now };
  const client = clientOf(t, fake.port, { now: () => clock.now });
  client.follow(secured, secret(pair, authority));
  return { fake, client, clock, submit: async () => (await client.submit(secured, task)).kind };
}

test('a Secret is read once something is asked, and the one before it as it changes', async t => {
  const client = clientOf(t, 1);
  const reads: string[] = [];
  const read = (name: string) => ({
    ...secret(byFirst, first.certificate),
    get data() {
      reads.push(name);
      return secret(byFirst, first.certificate).data ?? {};
    },
  });
  const before = read('before');
  client.follow(secured, before);
  client.follow(secured, before);
  t.deepEqual(reads, []);
  client.follow(secured, read('after'));
  t.deepEqual([...new Set(reads)], ['before', 'after']);
});
