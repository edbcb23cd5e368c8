import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What kubectl said. */
export type Output = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs kubectl and waits for its end, whatever its exit code. @param input what it reads from standard input. */
export type Kubectl = (
  args: readonly string[],
  options?: { readonly kubeconfig?: string; readonly input?: string },
) => Promise<Output>;

/** The real kubectl, with a cache of its own in the directory. @param admin the kubeconfig it uses by default. */
export function kubectl(path: string, directory: string, admin: string): Kubectl {
  const cache = join(directory, 'kubectl-cache');
  return (args, { kubeconfig = admin, input = '' } = {}) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: cache };
      const child = execFile(path, args, { env, maxBuffer: 1 << 28 }, (fault, stdout, stderr) => {
        const code = fault === null ? 0 : fault.code;
        typeof code === 'number' ? resolve({ code, stdout, stderr }) : reject(fault);
      });
      // It may end before it has read everything; its exit code tells.
      child.stdin?.on('error', () => {}).end(input);
    });
}
