import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../plugin/findings.ts';
import { temporaryDirectory } from '../../directory.ts';
import { invoke } from '../../plugin/terminal.ts';
import { type Answer, type Case, now } from '../case.ts';
import { answerOfFindings } from './findings.ts';

const directory = temporaryDirectory('parity');
const parametersFile = join(directory, 'parameters.json');
const beforeFile = join(directory, 'before.json');

/**
 * What `kubectl seinode policy check -f -` finds; where it refuses to read something, what it says of that.
 *
 * @param before what `--before` names; left out where nothing was.
 */
export async function askPolicyCheck(
  { objects, parameters }: Case,
  before: Case['objects'] = [],
): Promise<Answer | string> {
  const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters', ...parameters };
  writeFileSync(parametersFile, JSON.stringify(document));
  writeFileSync(beforeFile, listOf(before));
  const flags = [
    ...(parameters ? ['--parameters', parametersFile] : []),
    ...(before.length > 0 ? ['--before', beforeFile] : []),
  ];
  const command = ['policy', 'check', '-f', '-', '-o', 'json', '--now', now, ...flags];
  const { code, out, err } = await invoke(command, listOf(objects));
  if (code > 1) return err;
  return answerOfFindings((JSON.parse(out) as { findings: readonly Finding[] }).findings);
}

/** Objects as kubectl writes them. */
export function listOf(objects: Case['objects']): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
