import { spawn } from 'node:child_process';

/** A shell on a terminal of its own, as a person has it. */
export type Interactive = {
  /** Types keys, and tells the command line that stands there then; the line is cleared. */
  readonly type: (keys: string) => Promise<string>;
  readonly close: () => void;
};

/** What a shell binds to Ctrl-X L: to print its command line between these, and to clear it. */
export const mark = { begin: 'LINE<', end: '>ENIL' } as const;

/**
 * Starts a shell under util-linux's `script`. It must have the binding above.
 *
 * @param command such as `bash --rcfile FILE -i`.
 */
export function startShell(command: string, env: NodeJS.ProcessEnv, cwd: string): Interactive {
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env,
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let ended = false;
  let told = () => {};
  child.on('close', () => {
    ended = true;
    told();
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    told();
  });
  const printed = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) {
        output = output.slice(found.index + found[0].length);
        return found[1] ?? '';
      }
      if (ended) throw new Error(`the shell ended: ${output}`);
      await new Promise<void>(resolve => {
        told = resolve;
      });
    }
  };
  const line = new RegExp(`${mark.begin}(.*?)${mark.end}`, 's');
  // Keys that come before the shell reads them are the terminal driver's.
  const ready = printed(/READY/);
  return {
    type: async keys => {
      await ready;
      child.stdin.write(`${keys}\x18l`);
      return printed(line);
    },
    close: () => child.kill('SIGKILL'),
  };
}
