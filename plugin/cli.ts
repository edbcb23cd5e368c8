import type { Argv, CommandModule } from 'yargs';
import { ClusterError } from '../cluster/error.ts';
import { printableLine } from '../core/printable.ts';
import manifest from '../package.json' with { type: 'json' };
import { type CommandDefinition, recordCommands, togglesOf } from './completion/definition.ts';
import { shells } from './completion/scripts.ts';
import { UsageError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import {
  checking,
  describing,
  diagnosing,
  enabling,
  explaining,
  exporting,
  flagless,
  goingOn,
  inspecting,
  listing,
  planning,
  policing,
  reaching,
  remembering,
  reporting,
  requesting,
  templating,
  toggling,
  verifying,
} from './flags.ts';
import type { Reference, References } from './reference.ts';
import type { Terminal } from './terminal.ts';
import { checkCommand, normalized, usageSentence } from './usage.ts';

/**
 * Runs one command line.
 *
 * @param commandLine what follows the program's name.
 * @returns the exit code. Every fault ends as one sentence on `terminal.error`.
 */
export async function run(commandLine: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...words] = commandLine;
  // Asked at each TAB and by scripts: answered without yargs, which takes as long to load as Node to start.
  if (first === '--version') {
    terminal.out(`${manifest.version}\n`);
    return exitCodes.ok;
  }
  if (first === '__complete') {
    const { answerCompletion } = await import('./completion/answer.ts');
    return answerCompletion(yargs => define(yargs, unloaded, words, terminal), words, terminal);
  }
  return runCommand(commandLine, terminal);
}

async function runCommand(commandLine: readonly string[], terminal: Terminal): Promise<number> {
  // Asked only where flags come before the command.
  const args = normalized(commandLine, flag => togglesOf(commandTree()).includes(flag));
  const command: Command = (command, describe, builder, load) => ({
    command,
    describe,
    builder,
    handler: options => {
      const painted = options.color === 'auto' ? terminal.color : options.color === 'always';
      throw new Chosen(async () => (await load())(options as never, { ...terminal, color: painted }));
    },
  });
  try {
    checkCommand(args);
    const { default: yargs } = await import('yargs');
    const told = args.some(isHelp) ? (await import('./reference.ts')).reference : {};
    await define(yargs(), command, args, terminal, told).parseAsync(args, {}, (_error, _argv, text) => {
      if (text !== '') {
        terminal.out(`${text}\n`);
      }
    });
    return exitCodes.ok;
  } catch (error) {
    const { run } = error instanceof Chosen ? error : { run: () => Promise.reject(error) };
    return run().catch(error => explain(error, terminal));
  }
}

function isHelp(arg: string): boolean {
  return ['help', '-h', '--help'].includes(arg);
}

/** Thrown out of yargs, which writes the help text of a command whose handler returns: that takes longer than all its parsing. */
class Chosen {
  readonly run: () => Promise<number>;

  constructor(run: () => Promise<number>) {
    this.run = run;
  }
}

/** Defines a command. The module that does it is loaded only then: `--help` needs none. */
type Command = (
  command: string,
  describe: string,
  builder: (yargs: Argv) => Argv,
  load: () => Promise<(options: never, terminal: Terminal) => Promise<number>>,
) => CommandModule;

/** For who asks only which commands there are. */
const unloaded: Command = (command, describe, builder) => ({
  command,
  describe,
  builder,
  handler: () => undefined,
});

function define(
  yargs: Argv,
  command: Command,
  args: readonly string[],
  { width }: Pick<Terminal, 'width'>,
  told: References = {},
): Argv {
  return commands(yargs, command, told)
    .scriptName('kubectl seinode')
    .usage('$0 COMMAND: the TLS of Sei nodes on Kubernetes')
    .parserConfiguration({
      'boolean-negation': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
    })
    .detectLocale(false)
    .strict()
    .wrap(Math.min(100, width))
    .version(manifest.version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail((message, error, yargs) => {
      // A message is yargs' own; an error without one was thrown by a command.
      throw message ? new UsageError(usageSentence(message, args, flagsOf(yargs))) : error;
    });
}

/** Commands of a group, of which `--help` tells more than their flags. @param group empty for those of none. */
function documented(group: string, command: Command, told: References): Command {
  return (usage, describe, builder, load) => {
    const [name = ''] = usage.split(' ');
    const found = told[`${group} ${name}`.trim()];
    return command(usage, describe, found ? explained(builder, found) : builder, load);
  };
}

function explained(builder: (yargs: Argv) => Argv, { examples, exits }: Reference): typeof builder {
  return yargs =>
    examples
      .reduce((yargs, [line, why]) => yargs.example(`$0 ${line}`, why), builder(yargs))
      .epilogue(`Exit codes: ${exits}; 2 wrong usage`);
}

/** The commands, without yargs itself. @param told what is told of them beside their flags. */
export function commandTree(told: References = {}): CommandDefinition {
  return recordCommands(yargs => define(yargs, unloaded, [], { width: 100 }, told));
}

function commands(yargs: Argv, defined: Command, told: References): Argv {
  const within = (group: string) => documented(group, defined, told);
  const command = within('');
  const list = async () => (await import('./commands/list.ts')).list;
  const inspect = async () => (await import('./commands/inspect.ts')).inspect;
  const plan = async () => (await import('./commands/plan.ts')).plan;
  const report = async () => (await import('./commands/report.ts')).report;
  const doctor = async () => (await import('./commands/doctor.ts')).doctor;
  return yargs
    .command(command('list', 'The TLS fleet, one row a node', listing, list))
    .command(
      command('inspect <node>', 'One node: certificate, listeners, volume, findings', inspecting, inspect),
    )
    .command('tls', 'The TLS of nodes', yargs => tls(yargs, within('tls')))
    .command('policy', 'The rules', yargs => policy(yargs, within('policy')))
    .command('netpol', 'Who can connect to nodes', yargs => netpol(yargs, within('netpol')))
    .command(command('plan <node>', 'The task plan of one node, as a tree', planning, plan))
    .command(command('report', 'All of it as one HTML page, or as a support bundle', reporting, report))
    .command(command('doctor', 'Whether the cluster is fit, and what mends it', diagnosing, doctor))
    .command('completion', 'Completion in a shell', yargs => completion(yargs, within('completion')));
}

function tls(yargs: Argv, command: Command): Argv {
  const check = async () => (await import('./commands/tls-check.ts')).tlsCheck;
  const request = async () => (await import('./commands/tls-request.ts')).tlsRequest;
  const enable = async () => (await import('./commands/tls-enable.ts')).tlsEnable;
  const disable = async () => (await import('./commands/tls-enable.ts')).tlsDisable;
  const resume = async () => (await import('./commands/tls-resume.ts')).tlsResume;
  const abort = async () => (await import('./commands/tls-resume.ts')).tlsAbort;
  const history = async () => (await import('./commands/tls-history.ts')).tlsHistory;
  const verify = async () => (await import('./commands/tls-verify.ts')).tlsVerify;
  return yargs
    .command(
      command('enable [nodes..]', 'TLS on, by delete and recreate; the volume is kept', enabling, enable),
    )
    .command(
      command('disable [nodes..]', 'TLS off, by delete and recreate; the volume is kept', toggling, disable),
    )
    .command(command('resume [node]', 'Go on with a toggle, from any machine', goingOn, resume))
    .command(command('abort [node]', 'Take a toggle back: the node as it was, on its volume', goingOn, abort))
    .command(
      command(
        'history [node]',
        'The toggles that are unfinished, and the last ten of each node',
        remembering,
        history,
      ),
    )
    .command(command('check [nodes..]', "Whether each node's Secret can be served", checking, check))
    .command(
      command('request <node>', "What a platform needs to make a node's certificate", requesting, request),
    )
    .command(
      command('verify <node>', 'What the pod of a node really serves, by a handshake', verifying, verify),
    );
}

function policy(yargs: Argv, command: Command): Argv {
  const check = async () => (await import('./commands/policy-check.ts')).policyCheck;
  const list = async () => (await import('./commands/policy-list.ts')).policyList;
  const explain = async () => (await import('./commands/policy-list.ts')).policyExplain;
  const exported = async () => (await import('./commands/policy-export.ts')).policyExport;
  return yargs
    .command(command('check', 'Every rule over every node', policing, check))
    .command(command('list', 'The rules', describing, list))
    .command(command('explain <id>', 'One rule: why, example, fix', explaining, explain))
    .command(command('export', 'The rules for another engine', exporting, exported));
}

function netpol(yargs: Argv, command: Command): Argv {
  const reach = async () => (await import('./commands/netpol-reach.ts')).netpolReach;
  const template = async () => (await import('./commands/netpol-template.ts')).netpolTemplate;
  return yargs
    .command(
      command('reach [node]', 'Who can connect, and what lets them: NODE or NODE:PORT', reaching, reach),
    )
    .command(command('template', 'The NetworkPolicy of a namespace, ready to apply', templating, template));
}

function completion(yargs: Argv, command: Command): Argv {
  const install = async () => (await import('./commands/completion-install.ts')).completionInstall;
  for (const shell of shells) {
    const script = async () => (await import('./commands/completion.ts')).completion(shell);
    yargs.command(command(shell, `The script for ${shell}`, flagless, script));
  }
  return yargs.command(command('install', 'What makes "kubectl seinode <TAB>" work', flagless, install));
}

/** What yargs hands to `fail` is its usage printer, which its types do not say. */
function flagsOf(usage: unknown): string[] {
  const descriptions = (usage as { getDescriptions: () => Record<string, string> }).getDescriptions();
  return Object.keys(descriptions).filter(name => name.length > 1 || name === 'v');
}

/** A wrong command line is the user's to mend; anything else is a fault of ours, said in one line. */
function explain(error: unknown, terminal: Terminal): number {
  const message = printableLine(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) {
    terminal.error(`error: ${message}`);
    terminal.error('See "kubectl seinode --help".');
    return exitCodes.usage;
  }
  if (error instanceof ClusterError) {
    terminal.error(`error: ${message}`);
    return exitCodes.incomplete;
  }
  terminal.error(`error: this should not happen, please report it: ${message}`);
  return exitCodes.incomplete;
}
