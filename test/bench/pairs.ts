import { spawnSync } from 'node:child_process';
import type { Row } from './report.ts';
import { median } from './statistics.ts';

/** A command line, the program first. */
export type Command = readonly string[];

/**
 * Times two commands as whole processes, in turns, so that both meet the same machine.
 *
 * @param runs of each, after one that does not count. @param env of both. @throws where one of them fails.
 */
export function paired(
  what: string,
  commands: { readonly ours: Command; readonly peer: Command },
  target: number,
  { runs = 15, env = process.env }: { readonly runs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Row {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let run = 0; run <= runs; run += 1) {
    for (const side of ['ours', 'peer'] as const) {
      const taken = milliseconds(commands[side], env);
      if (run > 0) {
        times[side].push(taken);
      }
    }
  }
  const [ours, peer] = [median(times.ours), median(times.peer)];
  return {
    what,
    ours: `${ours.toFixed(0)} ms`,
    peer: `${peer.toFixed(0)} ms  ${commands.peer.slice(1).join(' ')}`,
    figure: ours / peer,
    target,
  };
}

function milliseconds([program = '', ...args]: Command, env: NodeJS.ProcessEnv): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { env, maxBuffer: 1 << 30 });
  const taken = performance.now() - start;
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  }
  return taken;
}
