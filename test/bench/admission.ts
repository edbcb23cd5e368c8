import { existsSync } from 'node:fs';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { findNodePrograms, type NodePrograms, type Programs } from '../control-plane/programs.ts';
import { operatorBundle } from '../operator/program.ts';
import { startAdmission } from './admission-bed.ts';
import { mix } from './admission-mix.ts';
import { onBed } from './bed.ts';
import { grown, type Histogram, histogramIn, observed, quantile } from './histogram.ts';
import { type Sent, send } from './load.ts';
import { type Measured, measure } from './measure.ts';
import { costOf } from './process-cost.ts';
import type { Row } from './report.ts';
import { centile } from './statistics.ts';

const fleet = 300;
const [rate, seconds] = [200, 60];

/** Whether the webhook is served and asked, and how many requests a second there are of others. */
export type Setting = { readonly served: boolean; readonly rate: number };

/** What came of a setting. */
export type Admitted = {
  readonly fleet: Measured;
  readonly sent: readonly Sent[];
  /** What the API server waited for the webhook, and what the webhook itself took: until all nodes ran, and with the rest. */
  readonly asked: Sides;
  readonly judged: Sides;
};

type Sides = { readonly converging: Histogram; readonly whole: Histogram };

/** The webhook under a steady load while nodes come up, beside the same without the webhook and without the load. */
export async function admission(programs: Programs): Promise<Row[]> {
  const nodePrograms = await findNodePrograms();
  if (nodePrograms === undefined || !existsSync(operatorBundle)) {
    console.log('without kube-scheduler, kwok and dist/operator.cjs the webhook has no load');
    return [];
  }
  const on = (setting: Setting) => measureAdmission(programs, nodePrograms, setting, fleet);
  const quiet = await on({ served: true, rate: 0 });
  const bare = await on({ served: false, rate });
  const busy = await on({ served: true, rate });
  return [...latencies(busy, bare), ...costs(busy, quiet, bare)];
}

/** Measures one setting on a bed of its own. @param count of nodes. */
export function measureAdmission(
  programs: Programs,
  nodePrograms: NodePrograms,
  { served, rate }: Setting,
  count: number,
  command?: readonly string[],
): Promise<Admitted> {
  return onBed(programs, nodePrograms, count, async bed => {
    const program = await startAdmission(bed, served, command);
    const looks: Promise<Look>[] = [lookAt(bed, program.metrics)];
    const { kubeconfig } = bed.controlPlane;
    const sending = send({ kubeconfig, asked: mix(), rate, seconds });
    const measured = await measure(
      bed,
      count,
      () => {
        looks.push(lookAt(bed, program.metrics));
        return costOf(program.pid() as number);
      },
      seconds * 1000,
    );
    const sent = await sending;
    const [before, running, after] = (await Promise.all(looks)) as [Look, Look, Look];
    const sides = (of: keyof Look) => ({
      converging: grown(before[of], running[of]),
      whole: grown(before[of], after[of]),
    });
    return { fleet: measured, sent, asked: sides('asked'), judged: sides('judged') };
  });
}

type Look = { readonly asked: Histogram; readonly judged: Histogram };

async function lookAt(
  { controlPlane: { call } }: { controlPlane: ControlPlane },
  metrics: string,
): Promise<Look> {
  const [apiserver, operator] = await Promise.all([
    call('GET', '/metrics').then(({ body }) => String(body)),
    fetch(`${metrics}/metrics`).then(answer => answer.text()),
  ]);
  return {
    asked: histogramIn(apiserver, 'apiserver_admission_webhook_admission_duration_seconds', {
      type: 'validating',
    }),
    judged: histogramIn(operator, 'seinode_admission_duration_seconds'),
  };
}

function latencies(busy: Admitted, bare: Admitted): Row[] {
  const what = `webhook at ${rate} requests a second for ${seconds} s while ${fleet} nodes come up`;
  const failed = busy.sent.filter(({ status }) => status === 0 || status >= 500 || status === 429).length;
  const p99 = (histogram: Histogram) => quantile(histogram, 0.99) * 1000;
  return [
    {
      ...{ what: `${what}, p99 in ms by the API server's metric`, target: 15, figure: p99(busy.asked.whole) },
      ...{ ours: `${sidesOf(busy.asked)}, bounds ${bounds(busy.asked.whole)}`, peer: '-' },
      runs: { ours: busy, peer: bare },
    },
    {
      ...{ what: "the same by the webhook's own", target: 15, figure: p99(busy.judged.whole) },
      ...{ ours: `${sidesOf(busy.judged)}, bounds ${bounds(busy.judged.whole)}`, peer: '-' },
    },
    {
      what: 'the same as the client sees it, p50 beside none',
      ours: tookOf(busy.sent),
      peer: `${tookOf(bare.sent)} without the webhook`,
      figure: centile(timesOf(busy.sent), 0.5) / centile(timesOf(bare.sent), 0.5),
      target: 3,
    },
    { what: 'the same, requests that failed', ours: String(failed), peer: '-', figure: failed, target: 0 },
  ];
}

function costs(busy: Admitted, quiet: Admitted, bare: Admitted): Row[] {
  const peak = ({ fleet: { cost } }: Admitted) => cost?.minuteAfter.peakMegabytes ?? Number.NaN;
  const took = ({ fleet: { seconds, load } }: Admitted) =>
    `${seconds.toFixed(1)} s (load ${load.map(value => value.toFixed(1)).join(' to ')})`;
  return [
    {
      what: `${fleet} nodes created at once, all Running, under that load`,
      ours: took(busy),
      peer: `${took(quiet)} without; ${took(bare)} where the load does not reach a webhook`,
      figure: busy.fleet.seconds / quiet.fleet.seconds,
      target: 2,
    },
    {
      what: `${fleet} nodes, peak memory of the operator with its webhook in MB`,
      ours: `${peak(quiet).toFixed(0)}, and ${peak(busy).toFixed(0)} under that load`,
      peer: `${peak(bare).toFixed(0)} without it`,
      figure: Math.max(peak(quiet), peak(busy)),
      target: 200,
    },
  ];
}

function sidesOf({ converging, whole }: Sides): string {
  const both = (histogram: Histogram) =>
    `p50 ${(quantile(histogram, 0.5) * 1000).toFixed(1)}, p99 ${(quantile(histogram, 0.99) * 1000).toFixed(1)} of ${observed(histogram)}`;
  return `${both(whole)}; until all run ${both(converging)}`;
}

/** In milliseconds: what lies between them is guessed. */
function bounds(histogram: Histogram): string {
  return [...histogram.keys()]
    .slice(0, 6)
    .map(bound => bound * 1000)
    .join(' ');
}

function tookOf(sent: readonly Sent[]): string {
  return [0.5, 0.99].map(of => `p${of * 100} ${centile(timesOf(sent), of).toFixed(1)} ms`).join(', ');
}

function timesOf(sent: readonly Sent[]): number[] {
  return sent.map(({ took }) => took);
}
