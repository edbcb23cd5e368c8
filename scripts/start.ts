import { run } from '../plugin/cli.ts';
import { processTerminal } from '../plugin/process.ts';
import { paint } from '../plugin/terminal.ts';

// `npm start`: the plugin over a fleet with faults, no cluster needed. It shows faults and exits 0.
const commands = [
  ['A fleet in files: is the TLS of every node right?', 'list -f examples/fleet'],
  ['One node that is not: why, and what to do', 'inspect san-missing -f examples/fleet'],
  [
    'Every rule over the fleet, and over an edit',
    'policy check -f examples/fleet --before examples/fleet-before',
  ],
  ['Who reaches a node, and through which policy', 'netpol reach tls-off -f examples/fleet'],
  [
    'TLS on, by delete and recreate without losing the volume: what would be done',
    'tls enable tls-off --secret tls-off-tls -f examples/fleet --dry-run=client',
  ],
] as const;

process.chdir(`${import.meta.dirname}/..`);
const terminal = processTerminal();
for (const [title, command] of commands) {
  terminal.out(`\n${paint(terminal, 'bold', `# ${title}`)}\n$ kubectl seinode ${command}\n\n`);
  await run(command.split(' '), terminal);
}
terminal.out(
  '\nTry your own manifests: npx kubectl-seinode tls check -f FILE\nThe rules: npx kubectl-seinode policy list\n',
);
