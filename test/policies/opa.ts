import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findOPA, opaVersion } from '../../scripts/opa.ts';
import { requires } from '../requires.ts';

const root = join(import.meta.dirname, '../..');
const found = findOPA();

/** A test that needs OPA. */
export const testWithOPA = requires(`OPA ${opaVersion} on PATH, or Go to build it`, found !== undefined);

/** The path of the OPA binary. */
export function opaBinary(): string {
  if (found === undefined) {
    throw new Error('no OPA');
  }
  return found;
}

/** Runs OPA in the root of the repository. @returns what it wrote, and whether it went well. */
export function opa(...args: readonly string[]): { ok: boolean; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(opaBinary(), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { ok: status === 0, stdout, stderr };
}

/** The value of a query over the policies. @param args such as `-d FILE`. */
export function evaluate<T>(query: string, ...args: readonly string[]): T {
  const json = execFileSync(
    opaBinary(),
    ['eval', '--format', 'json', '-d', 'policies/seinode', ...args, query],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  return JSON.parse(json).result[0].expressions[0].value;
}

/** Every test rule, `seinode/tls_test/test_a`. */
export function testRules(): string[] {
  const results = JSON.parse(
    opa('test', '--timeout', '5m', '--format', 'json', 'policies/seinode').stdout,
  ) as {
    package: string;
    name: string;
  }[];
  return results.map(({ package: path, name }) => [...path.split('.').slice(1), name].join('/'));
}
