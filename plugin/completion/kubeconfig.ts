import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { load } from 'js-yaml';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Line } from './line.ts';

/**
 * Names in the kubeconfig files that a command line means: --kubeconfig, else KUBECONFIG, else ~/.kube/config. A file that
 * cannot be read has none.
 */
export function namesInKubeconfig(list: 'contexts' | 'clusters' | 'users', line: Line): readonly string[] {
  const names = filesOf(line).flatMap(file => namesIn(read(file)?.[list]));
  return [...new Set(names)].filter(name => safeName.test(name));
}

/** People choose these names freely; what a shell would act on is not proposed. */
const safeName = /^[\p{L}\p{N}_@%+=:,./][\p{L}\p{N} _@%+=:,./-]*$/u;

function filesOf({ flags }: Line): string[] {
  const given = flags.get('kubeconfig')?.at(-1);
  const listed = given === undefined ? (process.env.KUBECONFIG ?? '').split(delimiter) : [given];
  const files = listed.filter(file => file !== '');
  return files.length > 0 ? files : [join(homedir(), '.kube', 'config')];
}

function read(file: string): Fields | undefined {
  try {
    const value = load(readFileSync(file, 'utf8'));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list)
    ? list.map(entry => (isFields(entry) ? entry.name : undefined)).filter(name => typeof name === 'string')
    : [];
}
