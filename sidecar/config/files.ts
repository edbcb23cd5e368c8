import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { replaceFile, replaceFiles } from '../home/replace-file.ts';
import { type Setting, setValues } from '../toml/edit.ts';
import { checkConfig, type Files } from './faults.ts';
import type { FileName } from './keys.ts';

const names = ['config.toml', 'app.toml'] as const satisfies FileName[];

/**
 * Reads both files of a home.
 *
 * @param absent what a file that is not there counts as; undefined where it must be there.
 * @returns else which is missing or no text. @throws a fault of the file system.
 */
export async function readConfig(home: string, absent?: string): Promise<Result<Files>> {
  const texts = await Promise.all(names.map(name => textOf(join(home, 'config', name), absent)));
  const missing = names.filter((_, at) => texts[at] === undefined);
  if (missing.length > 0) {
    return failure(
      `${missing.join(' and ')} in ${join(home, 'config')} cannot be read: not there, or no UTF-8`,
    );
  }
  return success({ 'config.toml': texts[0]!, 'app.toml': texts[1]! });
}

/**
 * Sets values in both files, where seid can start on what comes of it; a file that nothing changes is not written.
 *
 * @returns else why not; then nothing was written. @throws a fault of the file system.
 */
export async function writeConfig(
  home: string,
  files: Files,
  settings: Partial<Record<FileName, readonly Setting[]>>,
): Promise<Result<undefined>> {
  const edited = names.map(name => setValues(files[name], settings[name] ?? []));
  const faults = edited.flatMap((result, at) => (result.ok ? [] : [`${names[at]} ${result.error}`]));
  if (faults.length > 0) return failure(faults.join('; '));
  const [config = '', app = ''] = edited.map(result => (result.ok ? result.value : ''));
  const after: Files = { 'config.toml': config, 'app.toml': app };
  const checked = checkConfig(after);
  if (!checked.ok) return checked;
  const changed = names.filter(name => after[name] !== files[name]);
  await replaceFiles(changed.map(name => ({ path: join(home, 'config', name), content: after[name] })));
  return success(undefined);
}

/**
 * Sets values in config.toml alone, whatever else is wrong with the configuration.
 *
 * @returns else why not; then nothing was written. @throws a fault of the file system.
 */
export async function setInConfig(home: string, settings: readonly Setting[]): Promise<Result<undefined>> {
  const before = await readCometConfig(home);
  if (!before.ok) return before;
  const after = setValues(before.value, settings);
  if (!after.ok) return failure(`config.toml ${after.error}`);
  if (after.value !== before.value) await replaceFile(join(home, 'config', 'config.toml'), after.value);
  return success(undefined);
}

/** Reads config.toml. @returns else that it is not there. @throws a fault of the file system. */
export async function readCometConfig(home: string): Promise<Result<string>> {
  const path = join(home, 'config', 'config.toml');
  const text = await textOf(path, undefined);
  return text === undefined
    ? failure(`${path} cannot be read: not there, or no UTF-8; config-apply makes it`)
    : success(text);
}

async function textOf(path: string, absent: string | undefined): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return absent;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}
