import yargs, { type Argv } from 'yargs';
import { severities } from '../core/policy.ts';
import manifest from '../package.json' with { type: 'json' };
import { UsageError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { formats } from './options.ts';
import { printable, printableLine } from './output/printable.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command line.
 *
 * @param args what follows the program's name.
 * @returns the exit code. Every fault ends as one sentence on `terminal.error`.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const command = <O>(load: () => Promise<(options: O, terminal: Terminal) => Promise<number>>) => ({
    handler: async (options: unknown) => {
      const { color } = options as { color: 'always' | 'auto' | 'never' };
      const painted = color === 'auto' ? terminal.color : color === 'always';
      exitCode = await (await load())(options as O, { ...terminal, color: painted });
    },
  });
  try {
    await define(command, terminal).parseAsync(args, {}, (_error, _argv, text) => {
      if (text !== '') {
        terminal.out(`${text}\n`);
      }
    });
    return exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

type Handler = <O>(load: () => Promise<(options: O, terminal: Terminal) => Promise<number>>) => {
  handler: (options: unknown) => Promise<void>;
};

function define(command: Handler, terminal: Terminal): Argv {
  return yargs()
    .scriptName('kubectl seinode')
    .usage('$0 COMMAND: the TLS of Sei nodes on Kubernetes')
    .parserConfiguration({ 'boolean-negation': false, 'duplicate-arguments-array': false })
    .command({
      command: 'list',
      describe: 'The TLS fleet, one row a node',
      builder: reading,
      ...command(list),
    })
    .command({
      command: 'inspect <node>',
      describe: 'One node: certificate, listeners, volume, findings',
      builder: inspecting,
      ...command(inspect),
    })
    .command({
      command: 'tls',
      describe: 'The TLS of nodes',
      builder: yargs => tls(yargs, command),
      handler: () => {},
    })
    .command({
      command: 'policy',
      describe: 'The rules',
      builder: yargs => policy(yargs, command),
      handler: () => {},
    })
    .demandCommand(1, 1, 'say a command')
    .strict()
    .recommendCommands()
    .wrap(Math.min(100, terminal.width))
    .version(manifest.version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
}

const list = async () => (await import('./commands/list.ts')).list;
const inspect = async () => (await import('./commands/inspect.ts')).inspect;
const tlsCheck = async () => (await import('./commands/tls-check.ts')).tlsCheck;
const policyCheck = async () => (await import('./commands/policy-check.ts')).policyCheck;
const policyList = async () => (await import('./commands/policy-list.ts')).policyList;
const policyExplain = async () => (await import('./commands/policy-list.ts')).policyExplain;

function tls(yargs: Argv, command: Handler): Argv {
  return yargs
    .command({
      command: 'check [nodes..]',
      describe: 'Whether each node’s Secret can be served',
      builder: checking,
      ...command(tlsCheck),
    })
    .demandCommand(1, 1, 'say a command of tls: check');
}

function policy(yargs: Argv, command: Handler): Argv {
  return yargs
    .command({
      command: 'check',
      describe: 'Every rule over every node',
      builder: policing,
      ...command(policyCheck),
    })
    .command({ command: 'list', describe: 'The rules', builder: describing, ...command(policyList) })
    .command({
      command: 'explain <id>',
      describe: 'One rule: why, example, fix',
      builder: explaining,
      ...command(policyExplain),
    })
    .demandCommand(1, 1, 'say a command of policy: check, list or explain');
}

/** Flags of every command that reads nodes. */
function reading(yargs: Argv): Argv {
  return describing(yargs)
    .option('filename', {
      alias: 'f',
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'File, directory or - to read in place of a cluster (repeatable)',
    })
    .option('namespace', { alias: 'n', type: 'string', requiresArg: true, describe: 'Only this namespace' })
    .option('all-namespaces', { alias: 'A', type: 'boolean', default: false, describe: 'Every namespace' })
    .option('selector', { alias: 'l', type: 'string', requiresArg: true, describe: 'Label selector' })
    .option('field-selector', { type: 'string', requiresArg: true, describe: 'Field selector' })
    .option('now', { type: 'string', requiresArg: true, describe: 'Judge at this moment (RFC 3339)' })
    .option('v', {
      type: 'number',
      default: 0,
      requiresArg: true,
      describe: 'Verbosity: 1 names the kinds that no rule reads',
    });
}

function describing(yargs: Argv): Argv {
  return yargs
    .option('output', { alias: 'o', choices: formats, default: 'table', describe: 'Format' })
    .option('no-headers', { type: 'boolean', default: false, describe: 'Tables without a header' })
    .option('color', { choices: ['always', 'auto', 'never'] as const, default: 'auto', describe: 'Colour' });
}

function inspecting(yargs: Argv): Argv {
  return reading(yargs).positional('node', {
    type: 'string',
    demandOption: true,
    describe: 'Name of the SeiNode',
  });
}

function checking(yargs: Argv): Argv {
  return reading(yargs).positional('nodes', {
    type: 'string',
    array: true,
    default: [],
    describe: 'Names of SeiNodes; none means all',
  });
}

function policing(yargs: Argv): Argv {
  return reading(yargs)
    .option('before', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'File or directory with the state before an edit (repeatable)',
    })
    .option('fail-on', {
      choices: severities,
      default: 'error',
      describe: 'Exit 1 for findings at or above this severity',
    });
}

function explaining(yargs: Argv): Argv {
  return describing(yargs).positional('id', { type: 'string', demandOption: true, describe: 'Id of a rule' });
}

/** A wrong command line is the user's to mend; anything else is a fault of ours, said in one line. */
function explain(error: unknown, terminal: Terminal): number {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) {
    terminal.error(`error: ${printable(message)}`);
    terminal.error('See "kubectl seinode --help".');
    return exitCodes.usage;
  }
  terminal.error(`error: this should not happen, please report it: ${printableLine(message)}`);
  return exitCodes.incomplete;
}
