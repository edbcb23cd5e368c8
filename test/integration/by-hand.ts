import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms } from '../control-plane/programs.ts';

const run = promisify(execFile);

/** Runs commands of a page as a person would, with the kubectl of the control plane. @throws where one of them fails. */
export async function byHand(script: string, { kubeconfig }: ControlPlane): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'by-hand-'));
  const kubectl = dirname((await findPrograms())?.kubectl ?? '');
  const env = {
    PATH: [kubectl, process.env.PATH].join(delimiter),
    HOME: directory,
    KUBECONFIG: kubeconfig,
  };
  try {
    const options = { cwd: directory, env, timeout: 120_000 };
    await run('bash', ['-euo', 'pipefail', '-c', script], options);
  } finally {
    await rm(directory, { recursive: true });
  }
}
