import { run } from '../../plugin/cli.ts';
import type { Terminal } from '../../plugin/terminal.ts';
import type { ControlPlane } from '../../test/control-plane/control-plane.ts';
import { plain, secretNameOf } from './fleet.ts';

/** What a tour stands on. */
export type Tour = {
  readonly controlPlane: ControlPlane;
  readonly terminal: Terminal;
  readonly title: (text: string) => void;
  readonly say: (text: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
};

/** An open port is found, closed, and seen closed. @throws where a command ends otherwise. */
export async function closePort(tour: Tour): Promise<void> {
  const { controlPlane, terminal, title } = tour;
  title('No NetworkPolicy is there: everybody reaches the tasks of sentry-0');
  await command(tour, 'netpol reach sentry-0:8443 --from 203.0.113.7', 0);
  title('The policy that closes it, made from the nodes that are there');
  let policy = '';
  const out = (text: string) => {
    policy += text;
  };
  await command({ ...tour, terminal: { ...terminal, out } }, 'netpol template', 0, '| kubectl apply -f -');
  const { code, stdout, stderr } = await controlPlane.kubectl(['apply', '-f', '-'], { input: policy });
  if (code !== 0) throw new Error(`the policy was refused: ${stderr}`);
  tour.say(stdout.trimEnd());
  await command(tour, 'netpol reach sentry-0:8443 --from 203.0.113.7', 1);
}

/** A node that runs without TLS gets it, on the volume that it has. @throws where a command ends otherwise. */
export async function toggle(tour: Tour): Promise<void> {
  tour.title(`${plain} runs without TLS; it gets it, and keeps its volume`);
  await command(tour, `tls enable ${plain} --secret ${secretNameOf(plain)} --yes`, 0);
  await command(tour, `tls check ${plain}`, 0);
}

/** Runs a command of the plugin and shows it as somebody would have typed it. */
async function command(
  { controlPlane, terminal, say, signal }: Tour,
  line: string,
  expected: number,
  behind = '',
): Promise<void> {
  if (signal.aborted) return;
  say(`$ kubectl seinode ${line} ${behind}`.trimEnd());
  const closed = AbortSignal.any([terminal.closed, signal]);
  const kubeconfig = ['--kubeconfig', controlPlane.kubeconfig];
  const code = await run([...line.split(' '), ...kubeconfig], { ...terminal, closed });
  if (code !== expected && !signal.aborted) throw new Error(`kubectl seinode ${line} ended with ${code}`);
}
