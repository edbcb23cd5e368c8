import yargs from 'yargs';
import { mostShards } from '../core/shards.ts';

export type Flags = {
  readonly leaderElect: boolean;
  /** In how many parts namespaces are worked, each by one replica; 1 for all by the leader. */
  readonly shards: number;
  /** `HOST:PORT`, `:PORT` for every address, or `0` for none. */
  readonly metricsBindAddress: string;
  readonly healthProbeBindAddress: string;
  readonly webhookBindAddress: string;
  /** Who makes the webhook's certificate: the operator itself, or somebody who puts it into its Secret. */
  readonly webhookCertificate: 'self' | 'external';
};

/** The command line is wrong: exit code 2. The message says what would be right. */
export class FlagError extends Error {}

const address = { type: 'string', requiresArg: true } as const;
const flags = {
  'leader-elect': {
    type: 'string',
    default: 'true',
    describe: 'Whether several replicas choose one that works; the others wait',
  },
  shards: {
    ...address,
    default: '1',
    describe: `Into how many shards namespaces are divided, each worked by one replica: 1 to ${mostShards}`,
  },
  'metrics-bind-address': {
    ...address,
    default: ':8080',
    describe: 'Where /metrics is served: HOST:PORT, :PORT, or 0 for nowhere',
  },
  'health-probe-bind-address': {
    ...address,
    default: ':8081',
    describe: 'Where /healthz and /readyz are served: HOST:PORT, :PORT, or 0 for nowhere',
  },
  'webhook-bind-address': {
    ...address,
    default: ':9443',
    describe: 'Where the validating webhook is served: HOST:PORT, :PORT, or 0 for nowhere',
  },
  'webhook-certificate': {
    ...address,
    default: 'self',
    describe:
      'Who makes its certificate and tells the API server: self, or external for cert-manager and its like',
  },
} as const;

/**
 * What the operator was started with. Flags begin with one dash or two and the last of a name counts, as in Go.
 *
 * @returns a text where that is asked for. @throws FlagError
 */
export function parseFlags(commandLine: readonly string[]): Flags | { readonly help: string } {
  let help = '';
  const given = yargs()
    .scriptName('operator')
    .usage(
      '$0: reconciles SeiNodes. Its settings are in the environment, its cluster in KUBECONFIG or the pod',
    )
    .options(flags)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'duplicate-arguments-array': false,
    })
    .detectLocale(false)
    .strict()
    .version(false)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail(message => {
      throw new FlagError(sentence(message, commandLine));
    })
    .parseSync(commandLine.map(spelled), {}, (_error, _argv, text) => {
      help = text;
    });
  if (help !== '') return { help };
  const leaderElect = booleanOf(given['leader-elect']);
  const shards = shardsOf(given.shards);
  if (shards > 1 && !leaderElect) {
    throw new FlagError(
      '--shards needs --leader-elect: replicas that choose nobody would all work everything',
    );
  }
  return {
    leaderElect,
    shards,
    metricsBindAddress: given['metrics-bind-address'],
    healthProbeBindAddress: given['health-probe-bind-address'],
    webhookBindAddress: given['webhook-bind-address'],
    webhookCertificate: makerOf(given['webhook-certificate']),
  };
}

/** `-leader-elect` is `--leader-elect=true`. */
function spelled(word: string): string {
  const flag = word.replace(/^-(?=[a-z][a-z-])/, '--');
  return flag === '--leader-elect' ? '--leader-elect=true' : flag;
}

/** As Go reads it. */
function booleanOf(text: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw new FlagError(`--leader-elect cannot be "${text}"; it is true or false`);
}

function shardsOf(text: string): number {
  const count = Number(/^\d{1,3}$/.test(text) && text);
  if (count >= 1 && count <= mostShards) return count;
  throw new FlagError(`--shards cannot be "${text}"; it is a number from 1 to ${mostShards}`);
}

function makerOf(text: string): Flags['webhookCertificate'] {
  if (text === 'self' || text === 'external') return text;
  throw new FlagError(`--webhook-certificate cannot be "${text}"; it is self or external`);
}

function sentence(message: string, commandLine: readonly string[]): string {
  const [, missing] = /^Not enough arguments following: (\S+)$/.exec(message) ?? [];
  if (missing !== undefined) return `--${missing} needs a value`;
  const names = Object.keys(flags).map(name => `--${name}`);
  // yargs names a flag without its dashes.
  const stranger = commandLine.find(
    word => !names.includes(spelled(word).replace(/=.*$/s, '')) && isNamed(word),
  );
  // A value is nobody's business: it may be a token.
  return `${stranger?.replace(/=.*$/s, '') ?? message} is no flag here; there is ${names.join(', ')}, --help`;

  function isNamed(word: string): boolean {
    return message.includes(word.replace(/^--?|=.*$/gs, ''));
  }
}
