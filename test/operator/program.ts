import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from '../control-plane/apiserver.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type Program, program } from '../control-plane/program.ts';
import { environment } from '../core/resources/nodes.ts';
import { resolver } from '../sidecars/sidecars.ts';

/** The operator of `npm run build`, or another that takes the same flags and environment. */
export const operatorBundle = join(import.meta.dirname, '../../dist/operator.cjs');

export type OperatorOptions = {
  /** Tells two operators of a control plane apart; the log is `NAME.log` in its directory. */
  readonly name?: string;
  /** Whose rights it has; those of system:masters where it is not said. */
  readonly kubeconfig?: string;
  /** Where it finds the sidecars (`Sidecars.address`). */
  readonly sidecars: string;
  /** The program and its first arguments; where it is not said, `operatorBundle` as it finds the stand-in sidecars. */
  readonly command?: readonly string[];
  /** `--leader-elect=true` and the like; the last of a kind counts. */
  readonly flags?: readonly string[];
  /** What is added to the settings of `test/core/resources/nodes.ts`. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** An operator of a control plane: a program of it that `start` runs and waits for until it is ready. */
export type Operator = Program & {
  /** `http://127.0.0.1:PORT`, where `/metrics` and where `/healthz` and `/readyz` are. */
  readonly metrics: string;
  readonly health: string;
};

/** Describes one; it ends with the control plane. */
export async function operator(controlPlane: ControlPlane, options: OperatorOptions): Promise<Operator> {
  const { name = 'operator', kubeconfig = controlPlane.kubeconfig, command = ours, flags = [] } = options;
  const [metrics, health] = [await freePort(), await freePort()].map(port => `127.0.0.1:${port}`) as [
    string,
    string,
  ];
  const token = join(controlPlane.directory, 'token');
  writeFileSync(token, 'stand-in');
  const variables = {
    ...environment,
    KUBECONFIG: kubeconfig,
    SIDECARS_ADDRESS: options.sidecars,
    SIDECARS_TOKEN: token,
    ...options.environment,
  };
  const args = [
    ...Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    ...command,
    '--leader-elect=false',
    `--metrics-bind-address=${metrics}`,
    `--health-probe-bind-address=${health}`,
    '--webhook-bind-address=0',
    ...flags,
  ];
  const answers = async () => {
    const { statusCode, body } = await request(`http://${health}/readyz`);
    await body.dump();
    return statusCode === 200;
  };
  // env(1) becomes the program, so that its process is the one that is seen and signalled.
  const described = program(controlPlane.supervisor, { name, path: '/usr/bin/env', args, answers });
  return { ...described, metrics: `http://${metrics}`, health: `http://${health}` };
}

const ours = [process.execPath, '--require', resolver, operatorBundle];
