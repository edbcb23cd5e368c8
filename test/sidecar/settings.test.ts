import test from 'ava';
import { readSettings } from '../../sidecar/settings.ts';

const needed = { SEI_CHAIN_ID: 'arctic-1', SEI_HOME: '/.sei' };

test('what the contract leaves open has its defaults', t => {
  t.deepEqual(readSettings(needed), {
    ok: true,
    value: {
      chainID: 'arctic-1',
      home: '/.sei',
      authn: 'unauthenticated',
      tasksPort: 7777,
      publicPort: 9100,
      genesisBucket: undefined,
      snapshotBucket: undefined,
      snapshotUploadInterval: 604_800_000,
    },
  });
});

const modes = [
  [undefined, 'unauthenticated'],
  ['', 'unauthenticated'],
  ['unauthenticated', 'unauthenticated'],
  ['trusted-header', 'trusted-header'],
] as const;
for (const [value, authn] of modes) {
  test(`SEI_SIDECAR_AUTHN_MODE ${value === undefined ? 'unset' : `"${value}"`} means ${authn}`, t => {
    const read = readSettings({ ...needed, SEI_SIDECAR_AUTHN_MODE: value });
    t.is(read.ok && read.value.authn, authn);
  });
}

const intervals: readonly (readonly [value: string, milliseconds: number])[] = [
  ['24h', 86_400_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['.5m1us', 30_000.001],
  ['500ns', 0.0005],
  ['2µs', 0.002],
  ['+3ms', 3],
  // As the published sidecar, which takes a week for what is not above zero.
  ['0', 604_800_000],
  ['0s', 604_800_000],
  ['-1h', 604_800_000],
  ['', 604_800_000],
];
for (const [value, milliseconds] of intervals) {
  test(`SEI_SNAPSHOT_UPLOAD_INTERVAL "${value}" is ${milliseconds} ms`, t => {
    const read = readSettings({ ...needed, SEI_SNAPSHOT_UPLOAD_INTERVAL: value });
    t.is(read.ok && read.value.snapshotUploadInterval, milliseconds);
  });
}

const faults: readonly (readonly [changes: Record<string, string | undefined>, says: string])[] = [
  [{ SEI_CHAIN_ID: undefined }, 'SEI_CHAIN_ID is not set'],
  [{ SEI_CHAIN_ID: '' }, 'SEI_CHAIN_ID is not set'],
  [{ SEI_HOME: undefined }, 'SEI_HOME is not set'],
  [{ SEI_HOME: '.sei' }, 'SEI_HOME is ".sei"; it must be an absolute path'],
  ...['trusted_header', 'Trusted-Header', ' trusted-header', 'none'].map(
    mode =>
      [
        { SEI_SIDECAR_AUTHN_MODE: mode },
        `SEI_SIDECAR_AUTHN_MODE is "${mode}"; it must be trusted-header, unauthenticated or unset`,
      ] as const,
  ),
  ...['0', '65536', '-1', '7777a', '1e3', ' 7777', '77.7', '0x1f'].flatMap(port =>
    ['SEI_SIDECAR_PORT', 'SEI_SIDECAR_PUBLIC_PORT'].map(
      name => [{ [name]: port }, `${name} is "${port}"; it must be a number from 1 to 65535`] as const,
    ),
  ),
  [
    { SEI_SIDECAR_PORT: '9100' },
    'SEI_SIDECAR_PORT and SEI_SIDECAR_PUBLIC_PORT are both 9100; each needs a port of its own',
  ],
  [
    { SEI_GENESIS_BUCKET: 'b' },
    'SEI_GENESIS_REGION is not set though SEI_GENESIS_BUCKET is; a bucket needs both',
  ],
  [
    { SEI_SNAPSHOT_REGION: 'r' },
    'SEI_SNAPSHOT_BUCKET is not set though SEI_SNAPSHOT_REGION is; a bucket needs both',
  ],
  ...['1d', '24', 'weekly', '1h 30m', '.h', '-'].map(
    interval =>
      [
        { SEI_SNAPSHOT_UPLOAD_INTERVAL: interval },
        `SEI_SNAPSHOT_UPLOAD_INTERVAL is "${interval}"; it must be a duration such as 24h or 1h30m`,
      ] as const,
  ),
];
for (const [changes, says] of faults) {
  test(`${JSON.stringify(changes)} is refused: ${says}`, t => {
    t.deepEqual(readSettings({ ...needed, ...changes }), { ok: false, error: says });
  });
}

test('every fault is told at once, a line each', t => {
  const read = readSettings({ SEI_SIDECAR_PORT: 'x', SEI_SIDECAR_AUTHN_MODE: 'y' });
  t.is(read.ok ? 0 : read.error.split('\n').length, 4);
});
