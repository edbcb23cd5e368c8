import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { list, type ReadEntry } from 'tar';
import { parseJSON } from '../../core/json.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isFields } from '../../core/schema/structural.ts';
import { entrypoint, loadOwnRules, type OwnRules } from '../../wasm/own-rules.ts';
import type { Fault } from './fleet.ts';

/** The two files of a bundle that matter (openpolicyagent.org, Bundles: Bundle File Format). */
type Bundle = Readonly<Record<'wasm' | 'data', Uint8Array | undefined>>;

/** The longest that is read of either; our own rules take a third of a MiB. */
const longest = 64 << 20;

/**
 * Reads rules of one's own: a bundle as `opa build -t wasm` writes it, a tar.gz or the directory that it was unpacked to.
 *
 * @param path of either. @returns else what is wrong with it.
 */
export async function readBundle(path: string): Promise<OwnRules | Fault> {
  const bundle = await attempt(() => (statSync(path).isDirectory() ? unpacked(path) : packed(path)));
  const loaded = bundle.ok ? load(bundle.value) : bundle;
  return loaded.ok ? loaded.value : { file: path, message: loaded.error };
}

function load({ wasm, data }: Bundle): Result<OwnRules> {
  if (wasm === undefined) {
    const how = `opa build -t wasm -e ${entrypoint} -o bundle.tar.gz RULES`;
    return failure(`holds no policy.wasm: compile the rules with ${how}, and name bundle.tar.gz`);
  }
  if (data === undefined) return loadOwnRules(wasm);
  const parsed = parseJSON(Buffer.from(data).toString('utf8'));
  return isFields(parsed) ? loadOwnRules(wasm, parsed) : failure('has a data.json that is no JSON object');
}

function unpacked(directory: string): Bundle {
  const read = (name: string) => {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.size > longest) throw new Error(`has a ${name} of more than ${longest >> 20} MiB`);
    return readFileSync(path);
  };
  return { wasm: read('policy.wasm'), data: read('data.json') };
}

async function packed(file: string): Promise<Bundle> {
  const found = new Map<string, Uint8Array>();
  const reading: Promise<void>[] = [];
  const onReadEntry = (entry: ReadEntry) => {
    const name = entry.path.replace(/^(\.?\/)+/, '');
    if ((name !== 'policy.wasm' && name !== 'data.json') || entry.size > longest) return entry.resume();
    reading.push(entry.concat().then(bytes => void found.set(name, bytes as Uint8Array)));
  };
  await list({ file, onReadEntry, strict: true });
  await Promise.all(reading);
  return { wasm: found.get('policy.wasm'), data: found.get('data.json') };
}

async function attempt(read: () => Bundle | Promise<Bundle>): Promise<Result<Bundle>> {
  try {
    return success(await read());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return failure('does not exist');
    return failure(code ? `is no tar.gz that can be read (${code})` : message);
  }
}
