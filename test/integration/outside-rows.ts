import { gunzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';

/** Heights of the archives: what a node restores is the highest that is not above its targetHeight. No node uploads any of them. */
const [forFullNode, forReplayer] = [198_700_000, 200_900_000];
export const archives = [forFullNode, forReplayer, 200_990_000];
/** The height that the chain has. */
export const latest = 201_000_500;
const differs = forReplayer + 7;

/** A manifest, and what its node's sidecar makes of what is outside. */
export type Row = {
  readonly name: string;
  readonly isSecured?: boolean;
  /** The height whose snapshot lies on the volume. */
  readonly restored?: number;
  /** Lines that config.toml and app.toml have. */
  readonly config: readonly string[];
  readonly app: readonly string[];
  /** What it sends once it runs, and a look at it. */
  readonly sent?: readonly string[];
  readonly sees?: (t: ExecutionContext, stored: (key: string) => Buffer) => void;
  /** From which height on seid comes to another app hash than the chain. */
  readonly differs?: number;
};

const uploads = (height: number): Pick<Row, 'sent' | 'sees'> => ({
  sent: [`snapshots/pacific-1/state-sync/${height}.tar.gz`, 'snapshots/pacific-1/state-sync/latest.txt'],
  sees: (t, stored) => {
    const [archive, newest] = uploads(height).sent!.map(stored) as [Buffer, Buffer];
    t.regex(gunzipSync(archive).toString(), new RegExp(`chunk of ${height}`));
    t.is(newest.toString(), String(height));
  },
});

const replayer: Row = {
  name: 'pacific-1-shadow-replayer',
  restored: forReplayer,
  differs,
  config: ['size = 0', 'use-local-snapshot = true', `trust-height = ${forReplayer}`],
  app: ['occ_enabled = true', 'sc-async-commit-buffer = 100'],
  sent: [
    `results/shadow-results/pacific-1/divergence-${differs}.report.json.gz`,
    `results/shadow-results/pacific-1/${forReplayer + 1}-${differs}.compare.ndjson.gz`,
  ],
  sees: (t, stored) => {
    const [report, page] = replayer.sent!.map(key => gunzipSync(stored(key)).toString()) as [string, string];
    const lines = page
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    t.deepEqual(
      lines.map(({ height, match }) => [height, match]),
      lines.map((_, at) => [forReplayer + 1 + at, at < 6]),
    );
    t.is(lines.length, 7);
    t.like(JSON.parse(report), { height: differs, comparison: { divergenceLayer: 0 } });
  },
};

export const rows: readonly Row[] = [
  {
    name: 'pacific-1-full-node',
    restored: forFullNode,
    config: ['use-local-snapshot = true', `trust-height = ${forFullNode}`, 'trust-period = "9999h0m0s"'],
    app: [],
  },
  {
    name: 'pacific-1-snapshotter',
    config: [],
    app: ['snapshot-interval = 2000', 'snapshot-keep-recent = 5'],
    ...uploads(2000),
  },
  {
    name: 'pacific-1-state-syncer',
    config: ['use-local-snapshot = false', `trust-height = ${latest - 2000}`, 'max-connections = 500'],
    app: ['snapshot-interval = 2000', 'snapshot-keep-recent = 5', 'min-retain-blocks = 50000'],
    ...uploads(201_000_000),
  },
  replayer,
  { ...replayer, isSecured: true },
];
