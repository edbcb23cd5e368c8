import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure, type Result } from '../../../core/result.ts';
import { requestReader } from '../../../sidecar/engine/request.ts';
import type { Settings } from '../../../sidecar/settings.ts';
import type { TaskKind } from '../../../sidecar/tasks/task.ts';
import { taskKinds } from '../../../sidecar/tasks/tasks.ts';
import { temporaryDirectory } from '../../directory.ts';
import { contextIn } from '../place.ts';

/** A home of a node. */
export type Home = {
  readonly path: string;
  readonly read: (file: string) => string;
  /** Runs a task as the engine does: its parameters are judged first. */
  readonly run: (
    task: string | TaskKind,
    params?: object,
    options?: RunOptions,
  ) => Promise<Result<undefined>>;
};

export type RunOptions = { readonly settings?: Partial<Settings>; readonly signal?: AbortSignal };

/** The chain of homes whose genesis nobody knows. */
export const chainID = 'sei-test-1';

/** A new home with files of the given contents, by their paths in it. */
export function homeWith(files: Readonly<Record<string, string>> = {}): Home {
  const path = temporaryDirectory('home');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return {
    path,
    read: file => readFileSync(join(path, file), 'utf8'),
    run: (task, params = {}, options = {}) => runIn(path, task, params, options),
  };
}

/** Both files as a seid init of long ago may have left them, a person's remarks included. */
export const handWritten = {
  'config/config.toml': `# This is a TOML config file.
proxy-app = "tcp://127.0.0.1:26658"
moniker = "by hand"          # do not touch
mode = "validator"
unknown-key = 9223372036854775807

#######################################################
###                P2P Configuration                ###
#######################################################
[p2p]
  # Address to listen for incoming connections
laddr = "tcp://0.0.0.0:26656"
persistent-peers = ""
max-connections = "100" # in quotes, as the template has it

[statesync]
enable = false
trust-period = "168h0m0s"

[custom-table]
keep = { this = "as it is" }
`,
  'config/app.toml': `minimum-gas-prices = "0.02usei"\n\n[telemetry]\nglobal-labels = [\n]\n\n[mine] # stays\nx = 1\n`,
};

async function runIn(
  home: string,
  task: string | TaskKind,
  params: object,
  { settings, signal = new AbortController().signal }: RunOptions,
): Promise<Result<undefined>> {
  const kind = typeof task === 'string' ? taskKinds[task]! : task;
  const request = requestReader({ task: kind })({ type: 'task', params });
  if (!request.ok) return failure(request.error);
  const { context } = contextIn(home, { chainID, ...settings });
  return kind.run(request.value.params ?? {}, { ...context, signal });
}
