import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conditionOf, type SeiNode } from '../core/seinode.ts';
import { processTerminal } from '../plugin/process.ts';
import { paint } from '../plugin/terminal.ts';
import { findPrograms } from '../test/control-plane/programs.ts';
import { until } from '../test/control-plane/until.ts';
import { createNodes, held, nodePath, running } from './demo/fleet.ts';
import { questions } from './demo/pod.ts';
import { type Rows, showRows } from './demo/rows.ts';
import { type Stage, startStage } from './demo/stage.ts';
import { closePort, toggle } from './demo/tour.ts';

// `npm run demo`: the operator at work on a control plane of its own, for a person, until Ctrl-C: nodes become Running, an
// open port is found and closed, a node gets TLS. Without a terminal it ends there. Exit codes: 0; 1 where it does not come
// so far, with why; 130 where it is interrupted before.
const begun = performance.now();
const terminal = processTerminal();
const interruption = new AbortController();
const { signal } = interruption;
const interrupted = new Promise<undefined>(resolve =>
  signal.addEventListener('abort', () => resolve(undefined)),
);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort());
process.exitCode = 130;

let stage: Stage | undefined;
try {
  const programs = await findPrograms();
  if (programs === undefined) throw new Error('name their directory in KUBEBUILDER_ASSETS, or install Go');
  title('A control plane, and the operator on it');
  stage = await Promise.race([startStage(programs, step), interrupted]);
  if (stage !== undefined) await show(stage);
} catch (fault) {
  if (!signal.aborted) {
    terminal.error(`error: ${(fault as Error).message}`);
    process.exitCode = 1;
  }
} finally {
  interruption.abort();
  await stage?.stop();
}
// What had not started yet is ended by its supervisor.
process.exit();

/** Does a part of the start and says how long it took. */
async function step<T>(what: string, part: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await part();
  if (!signal.aborted) say(`${what.padEnd(52)}${secondsSince(start)}`);
  return result;
}

async function show({ controlPlane, bin }: Stage): Promise<void> {
  title('In another terminal');
  const pointing = `export KUBECONFIG=${controlPlane.kubeconfig}\nexport PATH=${bin}:$PATH\n`;
  say(`${pointing}kubectl seinode list\nkubectl seinode inspect ${held}\nkubectl get snode,pod,pvc`);
  title('Four nodes; nobody made a Secret for one of them');
  say('$ kubectl seinode list -w\n');
  const start = performance.now();
  await createNodes(controlPlane);
  const shown = new AbortController();
  const rows = showRows(controlPlane.kubeconfig, terminal, AbortSignal.any([signal, shown.signal]));
  if (!(await until(async () => signal.aborted || (await isDone(controlPlane, rows))))) {
    const log = readFileSync(join(controlPlane.directory, 'operator.log'), 'utf8');
    const end = log.trimEnd().split('\n').slice(-10).join('\n');
    throw new Error(`three nodes should be Running by now, and ${held} held; the operator says\n${end}`);
  }
  shown.abort();
  await rows.ended;
  if (signal.aborted) return;
  title(
    `Three are Running, ${secondsSince(start)} after they were made, ${secondsSince(begun)} after the start`,
  );
  const tour = { controlPlane, terminal, title, say, signal };
  await closePort(tour);
  await toggle(tour);
  if (signal.aborted) return;
  process.exitCode = 0;
  if (process.stdout.isTTY) await stay(controlPlane, pointing);
  else say(`\n${held} waits for its Secret`);
}

async function isDone({ call }: Stage['controlPlane'], rows: Rows): Promise<boolean> {
  const { status } = (await call('GET', nodePath(held))).body as SeiNode;
  const isHeld = conditionOf(status, 'Progressing')?.reason === 'GateClosed';
  return isHeld && running.every(name => rows.has(name, 'Running'));
}

/** Until Ctrl-C. @param pointing how another terminal is pointed here: said once more, for it has left the screen by now. */
async function stay({ call, directory }: Stage['controlPlane'], pointing: string): Promise<void> {
  title(`${held} still waits for its Secret. Make it, in the other terminal`);
  say(`${pointing}kubectl seinode tls request ${held} --format secret | kubectl apply -f -\n`);
  say('Ctrl-C ends the demo and removes everything it made.\n');
  const isRunning = async () =>
    ((await call('GET', nodePath(held))).body as SeiNode).status?.phase === 'Running';
  await until(async () => signal.aborted || (await isRunning()), Number.POSITIVE_INFINITY);
  if (!signal.aborted) {
    say(
      `\n${held} has its Secret, and all four are Running.\nIts sidecar and kube-rbac-proxy are real. Ask them:\n`,
    );
    say(`${questions(directory)}\n`);
  }
  await interrupted;
}

function title(text: string): void {
  say(`\n${paint(terminal, 'bold', `# ${text}`)}`);
}

function say(text: string): void {
  terminal.out(`${text}\n`);
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
