import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fleet.ts';
import { decodeText } from './text.ts';

/** The text of a file, as the user named it. */
export type Input = { readonly file: string; readonly text: string };

const manifest = /\.(ya?ml|json)$/;
/** V8 holds no longer string. */
const largest = 512 * 1024 * 1024 - 1;
type Pending = { readonly fault: Fault } | { readonly path: string };

/**
 * Reads what `-f` names: files as they are, directories recursively (*.yaml, *.yml, *.json, sorted), `-` by `stdin`.
 * A file that is reached twice, also through links, is read once. What cannot be read is a fault.
 */
export async function* readInputs(
  inputs: readonly string[],
  stdin: () => Promise<Uint8Array>,
): AsyncGenerator<Input | Fault> {
  const seen = new Set<string>();
  for (const input of new Set(inputs)) {
    if (input === '-') yield await readStdin(stdin);
    else
      for (const found of filesOf(input, seen)) yield 'fault' in found ? found.fault : readFile(found.path);
  }
}

async function readStdin(stdin: () => Promise<Uint8Array>): Promise<Input | Fault> {
  try {
    const bytes = await stdin();
    if (bytes.length > largest) return tooLarge('-');
    return bytes.length > 0
      ? decoded('-', bytes)
      : { file: '-', message: 'standard input is empty: pipe manifests into it' };
  } catch (error) {
    return { file: '-', message: `standard input cannot be read: ${reason(error)}` };
  }
}

function filesOf(input: string, seen: Set<string>): Pending[] {
  const found = walk(input, seen, true);
  const isDirectory = attempt(() => statSync(input).isDirectory()) === true;
  if (!isDirectory || found.length > 0 || seen.size > 1) return found;
  return [
    { fault: { file: input, message: 'the directory holds no manifest: *.yaml, *.yml or *.json is read' } },
  ];
}

function walk(path: string, seen: Set<string>, named: boolean): Pending[] {
  try {
    const stat = statSync(path);
    // A pipe such as /dev/fd/63 has no real path; its own name will do.
    const real = attempt(() => realpathSync(path)) ?? path;
    if (seen.has(real)) return [];
    if (!stat.isDirectory() && !named && !manifest.test(path)) return [];
    seen.add(real);
    if (stat.isDirectory())
      return readdirSync(path)
        .sort()
        .flatMap(name => walk(join(path, name), seen, false));
    if (!stat.isFile() && !(named && stat.isFIFO()))
      return [{ fault: { file: path, message: 'is neither a file nor a directory' } }];
    return [stat.size > largest ? { fault: tooLarge(path) } : { path }];
  } catch (error) {
    // A dangling link beside the manifests is none of them.
    if (!named && !manifest.test(path) && reason(error) === 'it does not exist') return [];
    return [{ fault: { file: path, message: `cannot be read: ${reason(error)}` } }];
  }
}

function readFile(file: string): Input | Fault {
  try {
    return decoded(file, readFileSync(file));
  } catch (error) {
    return { file, message: `cannot be read: ${reason(error)}` };
  }
}

function decoded(file: string, bytes: Uint8Array): Input | Fault {
  const text = decodeText(bytes);
  return text.ok ? { file, text: text.value } : { file, message: text.error };
}

function tooLarge(file: string): Fault {
  return { file, message: 'is larger than 512 MiB: split it into several files' };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ELOOP') return 'its links lead in a circle';
  return typeof code === 'string' ? code : 'reading failed';
}
