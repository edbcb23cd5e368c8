import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve, sep } from 'node:path';
import { parseJSON } from '../core/json.ts';
import { type Fields, isFields } from '../core/schema/structural.ts';
import { shown } from '../core/schema/text.ts';
import { boundedText } from './bounded.ts';
import { dataOf, textOf } from './entry.ts';
import { ClusterError } from './error.ts';
import type { Target } from './target.ts';

/** What a credential plugin gave: a token, a client certificate (PEM), or both. */
export type ExecCredential = {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Unix milliseconds after which it must be asked again; absent where it does not expire. */
  readonly expires?: number;
};

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** Bytes: no ExecCredential comes near it. */
const longest = 1024 * 1024;
const modes = ['Never', 'IfAvailable', 'Always'];

/**
 * Runs the credential plugin of a user entry (client-go credential plugins, client.authentication.k8s.io). It shares
 * our stderr, and stdin where that is a terminal nobody reads, so its prompts and device codes are seen.
 *
 * @param exec the user's `exec`. @param stdinTaken whether stdin is not the plugin's to read.
 * @throws ClusterError where it cannot run, fails, or gives something else. What it printed is never repeated.
 */
export async function execCredential(
  exec: Fields,
  target: Target,
  stdinTaken: boolean,
): Promise<ExecCredential> {
  const { file, name } = target.user!;
  const place = `user ${shown(name)}: exec`;
  const entry = { fields: exec, file };
  const apiVersion = textOf(entry, 'apiVersion', place) ?? '';
  const command = textOf(entry, 'command', place) ?? '';
  if (!versions.includes(apiVersion) || command === '') {
    throw new ClusterError(
      `${place} of the kubeconfig ${file} needs a command and apiVersion ${versions.join(' or ')}, not ${shown(apiVersion)}`,
    );
  }
  const mode = textOf(entry, 'interactiveMode', place) ?? 'IfAvailable';
  const interactive = isInteractive(mode, place, stdinTaken);
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive, ...clusterInfo(exec, target) } };
  const output = await run(
    // A path is relative to the kubeconfig, a bare name is looked up on PATH.
    command.includes(sep) ? resolve(file, '..', command) : command,
    listOf(exec.args, `${place}.args`),
    { ...process.env, ...variables(exec.env), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    interactive,
    { place, hint: textOf(entry, 'installHint', place) },
  );
  return decode(output, apiVersion, `${place}: ${shown(command)}`);
}

function isInteractive(mode: string, place: string, stdinTaken: boolean): boolean {
  if (!modes.includes(mode)) {
    throw new ClusterError(`${place} has the interactiveMode ${shown(mode)}; there is ${modes.join(', ')}`);
  }
  const available = process.stdin.isTTY === true && !stdinTaken;
  if (mode === 'Always' && !available) {
    throw new ClusterError(
      `${place} asks for a terminal (interactiveMode: Always), and standard input is ${stdinTaken ? 'not its own (-f -, or several contexts)' : 'none'}`,
    );
  }
  return mode !== 'Never' && available;
}

function clusterInfo(exec: Fields, { cluster }: Target): Fields {
  if (exec.provideClusterInfo !== true) {
    return {};
  }
  const ca = dataOf(cluster, 'certificate-authority', 'the cluster')?.toString('base64');
  const fields: Fields = { ...cluster.fields, 'certificate-authority-data': ca };
  const extensions: unknown[] = Array.isArray(fields.extensions) ? fields.extensions : [];
  const config = extensions.filter(isFields).find(({ name }) => name === 'client.authentication.k8s.io/exec');
  const keys = [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ];
  const given = keys.filter(key => fields[key] !== undefined).map(key => [key, fields[key]]);
  return { cluster: { ...Object.fromEntries(given), ...(config && { config: config.extension }) } };
}

function variables(env: unknown): Record<string, string> {
  const list = Array.isArray(env) ? env.filter(isFields) : [];
  return Object.fromEntries(list.map(({ name, value }) => [String(name), String(value ?? '')]));
}

function listOf(value: unknown, place: string): string[] {
  const list = value ?? [];
  if (!Array.isArray(list) || !list.every(item => typeof item === 'string')) {
    throw new ClusterError(`${place} must be a list of strings: quote them`);
  }
  return list;
}

async function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  interactive: boolean,
  { place, hint }: { readonly place: string; readonly hint: string | undefined },
): Promise<string> {
  try {
    const child = spawn(command, args, {
      env,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    });
    const printed = boundedText(child.stdout, longest).catch(error => {
      child.kill();
      throw error;
    });
    const [output, [code, signal]] = await Promise.all([printed, once(child, 'close')]);
    if (code === 0) return output;
    throw new ClusterError(
      `${place}: the credential plugin ${shown(command)} ended with ${signal ?? `exit code ${code}`}`,
    );
  } catch (error) {
    if (error instanceof ClusterError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? `is not installed${hint ? `: ${hint.trim().replace(/\s+/g, ' ')}` : ''}`
        : code === 'EFBIG'
          ? 'prints more than any ExecCredential has'
          : `cannot be run: ${code}`;
    throw new ClusterError(`${place}: the credential plugin ${shown(command)} ${why}`);
  }
}

function decode(output: string, apiVersion: string, place: string): ExecCredential {
  const value = parseJSON(output);
  const status = isFields(value) && value.kind === 'ExecCredential' ? value.status : undefined;
  if (!isFields(status) || (value as Fields).apiVersion !== apiVersion) {
    throw new ClusterError(`${place} did not print an ExecCredential of ${apiVersion}`);
  }
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status;
  const isText = (part: unknown): part is string => typeof part === 'string' && part !== '';
  if (isText(certificate) !== isText(key) || !(isText(token) || isText(key))) {
    throw new ClusterError(`${place} gave neither a token nor a client certificate with its key`);
  }
  const expires = isText(expirationTimestamp) ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(isText(token) && { token }),
    ...(isText(certificate) && isText(key) && { certificate, key }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}
