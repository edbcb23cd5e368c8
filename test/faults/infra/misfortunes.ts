import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Program } from '../../control-plane/program.ts';
import { until } from '../../control-plane/until.ts';

/** Milliseconds: how far the clock is off from now on, and for how long the event loop stands still. */
export type Misfortune = { readonly shift?: number; readonly block?: number };

const script = join(import.meta.dirname, 'misfortune.cjs');

/** What a program of Node is to be run with, so that a misfortune can befall it, and what resolves once one has. */
export function misfortunes(controlPlane: ControlPlane, name: string) {
  const file = join(controlPlane.directory, `${name}.misfortune`);
  return {
    environment: { NODE_OPTIONS: `--require ${script}`, MISFORTUNE: file },
    befall: async (program: Program, misfortune: Misfortune): Promise<void> => {
      writeFileSync(file, JSON.stringify(misfortune));
      process.kill(program.pid()!, 'SIGUSR2');
      if (!(await until(() => !existsSync(file)))) throw new Error(`nothing befalls ${name}`);
    },
  };
}
