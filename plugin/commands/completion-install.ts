import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { printableLine } from '../../core/printable.ts';
import { readScript } from '../completion/scripts.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

const plugin = 'kubectl-seinode';
const completer = 'kubectl_complete-seinode';

const howTo = `"kubectl seinode <TAB>" works in a shell that has kubectl's own completion:
  bash  source <(kubectl completion bash)   (needs the package bash-completion)
  zsh   source <(kubectl completion zsh)
  fish  kubectl completion fish | source
`;

/** A file, or why there is none. */
type Target = { readonly file: string } | { readonly why: string };

/**
 * `completion install`: puts `kubectl_complete-seinode` on PATH, where kubectl looks for what completes a plugin; krew
 * links the plugin alone. It finds the plugin by PATH, as kubectl does, so that an upgrade changes nothing for it.
 */
export async function completionInstall(_options: unknown, terminal: Terminal): Promise<number> {
  const target: Target =
    process.platform === 'win32'
      ? { why: 'not on Windows: use "kubectl-seinode completion powershell"' }
      : chooseTarget(pathDirectories());
  const put = 'file' in target ? write(target.file, readScript(completer)) : target;
  if ('why' in put) {
    terminal.error(`error: ${printableLine(put.why)}`);
    return exitCodes.incomplete;
  }
  terminal.out(`${printableLine(put.file)} is in place\n${howTo}`);
  return exitCodes.ok;
}

/** npx has node_modules/.bin on PATH for its own run only. */
function pathDirectories(): string[] {
  const listed = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return listed.filter(directory => !directory.includes(join('node_modules', '.bin')));
}

/** The file that is there already; else one beside the plugin, or in ~/.local/bin. */
function chooseTarget(directories: readonly string[]): Target {
  const beside = directories.find(directory => can(join(directory, plugin), constants.X_OK));
  if (beside === undefined) {
    return { why: `${plugin} is not on PATH, where kubectl looks for it: put it there first` };
  }
  const existing = directories.map(directory => join(directory, completer)).find(isThere);
  if (existing !== undefined) {
    return isOurs(existing)
      ? { file: existing }
      : { why: `${existing} is there and not ours: remove it first` };
  }
  const local = join(homedir(), '.local', 'bin');
  const usable = [beside, ...directories.filter(directory => directory === local)];
  const directory = usable.find(directory => can(directory, constants.W_OK));
  return directory === undefined
    ? { why: `${beside} cannot be written: run this as its owner, or have ${local} on PATH` }
    : { file: join(directory, completer) };
}

/** Also a dangling link. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Also one that an earlier version wrote. */
function isOurs(file: string): boolean {
  return contentOf(file)?.includes('Written by "kubectl seinode completion install"') === true;
}

/** Whole or not at all: a shell may run it at this moment. */
function write(file: string, script: string): Target {
  if (contentOf(file) === script && can(file, constants.X_OK)) {
    return { file };
  }
  const draft = join(dirname(file), `.${completer}.${process.pid}`);
  try {
    writeFileSync(draft, script, { flag: 'wx' });
    chmodSync(draft, 0o755);
    renameSync(draft, file);
    return { file };
  } catch (error) {
    rmSync(draft, { force: true });
    return { why: `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}` };
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function can(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
