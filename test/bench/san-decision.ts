import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeInput } from '../../core/policy.ts';
import { findOPA } from '../../scripts/opa.ts';
import { createJudge } from '../../wasm/judge.ts';
import { makePair } from './material.ts';
import type { Row } from './report.ts';

const now = '2026-11-21T00:00:00Z';

/** One verdict on an RSA-2048 certificate, warm, against `opa bench` of the same rule and input. */
export async function sanDecision(directory: string): Promise<Row[]> {
  const opa = findOPA();
  if (opa === undefined) {
    console.error('no OPA here: the SAN decision has no peer and is left out');
    return [];
  }
  const inputs = Array.from({ length: 2000 }, (_, index): NodeInput => ({ now, ...makePair(index) }));
  const peer = opaBench(opa, directory, inputs[0] as NodeInput);
  const unseen = median(rounds(5, () => perDecision(inputs)));
  const seen = median(
    rounds(5, () => perDecision(Array.from({ length: 2000 }, () => inputs[0] as NodeInput))),
  );
  const row = (what: string, ours: number, target: number): Row => {
    return { what, ours: micros(ours), peer: `${micros(peer)} (opa bench)`, figure: ours / peer, target };
  };
  return [
    row('SAN decision, certificate not seen before', unseen, 0.25),
    row('SAN decision, seen before', seen, 0.1),
  ];
}

/** Nanoseconds a verdict; a fresh judge has seen nothing. */
function perDecision(inputs: readonly NodeInput[]): number {
  const judge = createJudge();
  const start = process.hrtime.bigint();
  for (const input of inputs) {
    judge.verdict(input);
  }
  return Number(process.hrtime.bigint() - start) / inputs.length;
}

function opaBench(opa: string, directory: string, input: NodeInput): number {
  const file = join(directory, 'input.json');
  writeFileSync(file, JSON.stringify(input));
  const args = [
    'bench',
    '--format',
    'json',
    '-d',
    'policies/seinode',
    '-i',
    file,
    'data.seinode.tls.verdict',
  ];
  const { N, T } = JSON.parse(execFileSync(opa, args, { encoding: 'utf8' }));
  return T / N;
}

function rounds(count: number, measure: () => number): number[] {
  return Array.from({ length: count }, measure);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function micros(nanoseconds: number): string {
  return `${(nanoseconds / 1000).toFixed(1)} µs`;
}
