import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import test, { type ExecutionContext } from 'ava';
import { s3Client } from '../../../sidecar/s3/client.ts';
import { answered, storeFault } from '../../../sidecar/s3/store.ts';
import { restore } from '../../../sidecar/snapshots/restore.ts';
import { accounts, environmentOf, objectStoreOf, withObjectStore } from '../../object-store/object-store.ts';
import { archiveOf, type Place, place, putArchive } from './place.ts';

const store = objectStoreOf(test);
// The environment is one for all of a process.
const storeTest = withObjectStore(test.serial);

const accountsRefused = [
  [
    'an account that may not',
    accounts.stranger,
    /answered AccessDenied \(403\); let the role of the pod's Service/,
  ],
  [
    'a secret that is wrong',
    { ...accounts.owner, secret: 'no' },
    /SignatureDoesNotMatch \(403\); the credentials/,
  ],
  [
    'an account that is not known',
    { access: 'nobody', secret: 'no' },
    /InvalidAccessKeyId \(403\); the credentials/,
  ],
] as const;

for (const [who, account, message] of accountsRefused) {
  storeTest(`${who} is told what the store said and what to do, and no secret`, async t => {
    const here = place(store());
    Object.assign(process.env, environmentOf(store(), account));
    await refuses(t, here, message);
    Object.assign(process.env, environmentOf(store()));
  });
}

storeTest('a bucket that does not exist is named with its region', async t => {
  const here = place(store());
  rmSync(join(store().root, here.bucket), { recursive: true });
  await refuses(
    t,
    here,
    /^s3:\/\/bucket-\d+\/atlantic-2\/state-sync\/ in us-east-1: the store answered NoSuchBucket/,
  );
});

storeTest('an archive that is deleted after it was listed is named by its key', async t => {
  const here = place(store());
  const key = putArchive(store(), here, 1000, archiveOf(1000));
  store().faults.set(here.bucket, ({ range }) => {
    if (range) rmSync(join(store().root, here.bucket, key), { force: true });
    return undefined;
  });
  await refuses(
    t,
    here,
    /\/1000\.tar\.gz in us-east-1: the store answered NoSuchKey \(404\); it was deleted/,
  );
});

storeTest('a store that is not there is named, with what to look at', async t => {
  const here = place(store());
  process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1';
  await refuses(
    t,
    here,
    /the store could not be asked \(ECONNREFUSED\); check DNS, NetworkPolicies and AWS_ENDPOINT/,
  );
  Object.assign(process.env, environmentOf(store()));
});

storeTest('a store that is silent is given up', async t => {
  const here = place(store());
  store().faults.set('', () => 'silence');
  const client = s3Client('us-east-1', { connect: 1000, silence: 1000, answer: 100 });
  const begun = performance.now();
  const error = await t.throwsAsync(client.send(new ListBucketsCommand()));
  const { name, code } = storeFault({ name: here.bucket, region: 'us-east-1' }, 'key', error);
  t.deepEqual([name, code], ['StoreFault', 'ETIMEDOUT']);
  t.true(performance.now() - begun < 30_000);
  store().faults.clear();
});

test("a request that fails after the signal came is nobody's fault", async t => {
  const bucket = { name: 'b', region: 'us-east-1' };
  const store = { client: s3Client('us-east-1'), bucket, signal: AbortSignal.abort(new Error('stopped')) };
  // ava fails on a rejection that nobody handles.
  const request = Promise.reject(new Error('later'));
  await t.throwsAsync(answered(store, 'key', request), { message: 'stopped' });
});

const codes: readonly (readonly [error: object, message: RegExp])[] = [
  [
    { name: 'SlowDown', $metadata: { httpStatusCode: 503 } },
    /answered SlowDown \(503\); it is overloaded or down/,
  ],
  [{ name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } }, /the bucket is in another region/],
  [{ name: 'ExpiredToken', $metadata: { httpStatusCode: 400 } }, /the credentials are not valid any more/],
  [
    { name: 'CredentialsProviderError' },
    /could not be asked \(CredentialsProviderError\); there are no credentials/,
  ],
  [{ name: 'TimeoutError' }, /could not be asked \(TimeoutError\); check DNS/],
  [{ code: 'ENOTFOUND' }, /could not be asked \(ENOTFOUND\); check DNS/],
  [{ name: 'Odd', $metadata: { httpStatusCode: 418 } }, /answered Odd \(418\); look the code up/],
  [{ name: 'a key: hunter2', $metadata: { httpStatusCode: 400 } }, /answered unknown error \(400\)/],
];
for (const [error, message] of codes) {
  test(`of ${JSON.stringify(error)} only the code is told, with a next step`, t => {
    const wrapped = Object.assign(new Error('hunter2'), error);
    const told = storeFault({ name: 'b', region: 'r' }, 'k', wrapped).message;
    t.regex(told, message);
    t.false(told.includes('hunter2'));
  });
}

async function refuses(t: ExecutionContext, { context, lines }: Place, message: RegExp): Promise<void> {
  const error = await t.throwsAsync(restore(0, context), { message });
  const told = JSON.stringify([error?.message, lines]);
  for (const { secret } of Object.values(accounts)) t.false(told.includes(secret));
}
