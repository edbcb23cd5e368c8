import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { goProgram } from '../go-program.ts';
import type { Case, Reach } from './case.ts';

/** The path of our program over cyclonus. @throws where it cannot be built. */
export function cyclonusProgram(): string {
  return goProgram(join(import.meta.dirname, 'cyclonus'));
}

/** What cyclonus makes of cases, in their order; what the API server would default must be there. */
export async function askCyclonus(cases: readonly Case[]): Promise<Reach[]> {
  const child = spawn(cyclonusProgram(), { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(cases.map(one => JSON.stringify(one)).join('\n'));
  const lines = (await text(child.stdout)).trim().split('\n');
  if (lines.length !== cases.length) {
    throw new Error(`cyclonus answered ${lines.length} of ${cases.length} cases`);
  }
  return lines.map(line => sorted(JSON.parse(line)));
}

/** A step of one of the cases that cyclonus generates: exactly one action is not null in each. */
export type Step = { readonly Actions: readonly Action[] | null };
type Named = { readonly Namespace: string; readonly Labels: Labels };
export type Action = {
  readonly CreatePolicy: { readonly Policy: NetworkPolicy } | null;
  readonly UpdatePolicy: { readonly Policy: NetworkPolicy } | null;
  readonly DeletePolicy: { readonly Namespace: string; readonly Name: string } | null;
  readonly CreateNamespace: Named | null;
  readonly SetNamespaceLabels: Named | null;
  readonly DeleteNamespace: { readonly Namespace: string } | null;
  readonly CreatePod: (Named & { readonly Pod: string }) | null;
  readonly SetPodLabels: (Named & { readonly Pod: string }) | null;
  readonly DeletePod: { readonly Namespace: string; readonly Pod: string } | null;
};

/** The cases that cyclonus generates. */
export function generatedByCyclonus(): { Description: string; Steps: readonly Step[] }[] {
  const lines = execFileSync(cyclonusProgram(), ['-cases'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return lines
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
}

function sorted(reach: Reach): Reach {
  return Object.fromEntries(Object.entries(reach).map(([to, from]) => [to, from.toSorted()]));
}
