import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { questionOf } from '../../core/network/classes.ts';
import type { NetworkPod } from '../../core/network/network.ts';
import { defaultParameters, type Labels, type NetworkPolicy } from '../../core/network/network-policy.ts';
import type { NetworkInput } from '../../core/network/question.ts';
import { targetsOf } from '../../core/network/targets.ts';
import { findOPA } from '../../scripts/opa.ts';
import { createJudge } from '../../wasm/judge.ts';
import { objectsOf, type Size, writeNetwork } from './network.ts';
import { paired } from './pairs.ts';
import { type Took, whole } from './process.ts';
import type { Row } from './report.ts';

const small: Size = { pods: 6, targets: 2, policies: 4, namespaces: 2 };
const sizes: readonly (Size & { readonly seconds: number; readonly megabytes: number })[] = [
  { pods: 240, targets: 48, policies: 120, namespaces: 4, seconds: 1, megabytes: 200 },
  { pods: 2000, targets: 400, policies: 200, namespaces: 20, seconds: 3, megabytes: 1024 },
  { pods: 10_000, targets: 1000, policies: 500, namespaces: 50, seconds: 15, megabytes: 1024 },
];

/** `netpol reach -f` over directories, beside np-guard's netpol-analyzer where that is on PATH; one verdict beside OPA. */
export async function netpol(executable: string, directory: string): Promise<Row[]> {
  const reach = (path: string) => [executable, 'netpol', 'reach', '-f', path];
  const rows: Row[] = [];
  for (const { seconds, megabytes, ...size } of sizes) {
    const path = writeNetwork(directory, size);
    const ours = await whole(reach(path));
    // It took 33 s over the first; over the second it was not done after 300 s.
    const peer = size.pods === 240 && hasAnalyzer() ? await whole(list(path)) : undefined;
    const what = `netpol reach -f, ${size.pods} pods, ${size.targets} targets, ${size.policies} policies`;
    rows.push(
      { what: `${what}, s`, ...sides(ours, peer, 'seconds'), target: seconds },
      { what: 'the same, peak memory in MB', ...sides(ours, peer, 'megabytes'), target: megabytes },
    );
  }
  if (hasAnalyzer()) {
    const path = writeNetwork(directory, small);
    rows.push(paired('netpol reach -f over a small directory', { ours: reach(path), peer: list(path) }, 4));
  } else {
    console.error('netpol-analyzer is not on PATH: netpol reach has no peer');
  }
  return [...rows, ...oneVerdict(directory)];
}

function list(path: string): string[] {
  return ['netpol-analyzer', 'list', '--quiet', '--dirpath', path];
}

function hasAnalyzer(): boolean {
  try {
    execFileSync('netpol-analyzer', ['--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function sides(ours: Took, peer: Took, of: 'seconds' | 'megabytes'): Pick<Row, 'ours' | 'peer' | 'figure'> {
  const shown = (took: Took) =>
    took && (of === 'seconds' ? `${took.seconds.toFixed(2)} s` : `${took.megabytes.toFixed(0)} MB`);
  return {
    ours: shown(ours) ?? 'not done',
    peer: peer ? `${shown(peer)} (netpol-analyzer list)` : '-',
    figure: ours?.[of] ?? Number.POSITIVE_INFINITY,
  };
}

/** Warm, for one target in a namespace of 120 policies with 240 pods around: who reaches it, and what the rules find. */
function oneVerdict(directory: string): Row[] {
  const input = oneTarget();
  const judge = createJudge();
  const opa = findOPA();
  const row = (what: string, ask: () => unknown, query: string): Row => {
    const ours = ninetyNinth(ask);
    const peer =
      opa === undefined ? '-' : `${opaBench(opa, directory, input, query).toFixed(2)} ms (opa bench)`;
    return { what, ours: `${ours.toFixed(2)} ms`, peer, figure: ours, target: 3 };
  };
  return [
    row(
      'who reaches one target in a namespace of 120 policies, warm, p99 in ms',
      () => judge.reach(input),
      'data.seinode.netpol.reach',
    ),
    row(
      'what the rules find at it, the same',
      () => judge.networkViolations(input),
      'data.seinode.violations',
    ),
  ];
}

function ninetyNinth(ask: () => unknown): number {
  const times = Array.from({ length: 700 }, () => {
    const start = performance.now();
    ask();
    return performance.now() - start;
  });
  // The first ones find nothing compiled.
  return times.slice(200).toSorted((a, b) => a - b)[495] as number;
}

function oneTarget(): NetworkInput {
  const objects = objectsOf(0, { pods: 240, targets: 48, policies: 120, namespaces: 1 });
  const of = <T>(kind: string) => objects.filter(object => (object as { kind: string }).kind === kind) as T[];
  const pods = of<NetworkPod>('Pod');
  const labels: Labels = { 'kubernetes.io/metadata.name': 'arctic', team: 't0' };
  const network = {
    policies: of<NetworkPolicy>('NetworkPolicy'),
    pods,
    namespaces: new Map([['arctic', labels]]),
    caveats: [],
  };
  return questionOf(network, targetsOf([], pods).slice(0, 1), defaultParameters).input;
}

function opaBench(opa: string, directory: string, network: NetworkInput, query: string): number {
  const file = join(directory, 'network.json');
  writeFileSync(file, JSON.stringify({ network }));
  const args = ['bench', '--format', 'json', '-d', 'policies/seinode', '-i', file, query];
  const { Extra } = JSON.parse(execFileSync(opa, args, { encoding: 'utf8' }));
  return Extra['histogram_timer_rego_query_eval_ns_99%'] / 1e6;
}
