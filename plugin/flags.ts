import type { Argv, Options } from 'yargs';
import { severities } from '../core/policy.ts';
import { documentFormats, engineFormats, formats, reachFormats, reportFormats } from './options.ts';
import { manifestFormats, requestFormats } from './request/order.ts';

/** No flags but --help. */
export function flagless(yargs: Argv): Argv {
  return yargs;
}

/** Flags of every command that answers about nodes or rules. */
export function describing(yargs: Argv): Argv {
  return printing(yargs, { choices: formats, default: 'table' });
}

function printing(yargs: Argv, output: Options): Argv {
  return yargs
    .option('output', { alias: 'o', ...value('Format'), ...output })
    .option('no-headers', toggle('Tables without a header'))
    .option('color', { ...value('Colour'), choices: ['always', 'auto', 'never'], default: 'auto' });
}

/** Flags that choose a cluster and a caller, as kubectl has them. */
function targeting(yargs: Argv): Argv {
  return yargs
    .option('kubeconfig', value('Kubeconfig file'))
    .option('context', value('Context of the kubeconfig'))
    .option('cluster', value('Cluster of the kubeconfig'))
    .option('user', value('User of the kubeconfig'))
    .option('as', value('User to impersonate'))
    .option('as-group', values('Group to impersonate (repeatable)'))
    .option('request-timeout', { ...value('Give up on a request after this time; 0 waits'), default: '0' });
}

/** Flags of every command that reads nodes. */
export function reading(yargs: Argv): Argv {
  return sourcing(describing(yargs));
}

function sourcing(yargs: Argv): Argv {
  return targeting(yargs)
    .option('filename', {
      alias: 'f',
      ...values('File, directory or - to read in place of a cluster (repeatable)'),
    })
    .option('namespace', { alias: 'n', ...value('Only this namespace') })
    .option('all-namespaces', { alias: 'A', ...toggle('Every namespace') })
    .option('selector', { alias: 'l', ...value('Label selector') })
    .option('field-selector', value('Field selector'))
    .option('now', value('Judge at this moment (RFC 3339)'))
    .option('v', {
      ...value('Verbosity: 1 names the kinds that no rule reads, 6 every request'),
      default: '0',
    });
}

/** Flags of `list`. */
export function listing(yargs: Argv): Argv {
  const clusters = value('Context of the kubeconfig; several, A,B, are asked side by side');
  return authorising(reading(yargs))
    .option('context', clusters)
    .option('watch', {
      alias: 'w',
      ...toggle('Go on with what changes in the cluster'),
    });
}

/** Flags and argument of `inspect`. */
export function inspecting(yargs: Argv): Argv {
  return authorising(naming(yargs));
}

/** Flags and argument of `plan`. */
export function planning(yargs: Argv): Argv {
  return naming(yargs).option('watch', {
    alias: 'w',
    ...toggle('Go on until the plan has ended'),
  });
}

function naming(yargs: Argv): Argv {
  return reading(yargs).positional('node', {
    type: 'string',
    demandOption: true,
    describe: 'Name of the SeiNode',
  });
}

/** Flags and arguments of `tls check`. */
export function checking(yargs: Argv): Argv {
  return reading(yargs).positional('nodes', {
    type: 'string',
    array: true,
    default: [],
    describe: 'Names of SeiNodes; none means all',
  });
}

/** Flags and argument of `tls verify`. */
export function verifying(yargs: Argv): Argv {
  return naming(yargs).option(
    'service-account',
    value('Also ask for the tasks, with a token made for this ServiceAccount: NAMESPACE/NAME'),
  );
}

/** Flags and argument of `tls request`. */
export function requesting(yargs: Argv): Argv {
  return sourcing(printing(yargs, { choices: manifestFormats }))
    .positional('node', { type: 'string', demandOption: true, describe: 'Name of the SeiNode' })
    .option('format', {
      ...value(
        'A cert-manager Certificate, a PKCS#10 request, or a self-signed Secret for development, its private key inside',
      ),
      choices: requestFormats,
    })
    .option('issuer', value('Who signs a certificate: KIND/NAME, or KIND.GROUP/NAME'))
    .option('secret', value('Name of the Secret; otherwise the one that the node names'))
    .option('key-out', value('New file for the private key, with mode 0600'));
}

/** Flags and arguments of `tls enable`. */
export function enabling(yargs: Argv): Argv {
  return toggling(yargs).option('secret', {
    ...value('Secret of type kubernetes.io/tls that the nodes are to serve'),
    demandOption: true,
  });
}

/** Flags and arguments of `tls disable`. */
export function toggling(yargs: Argv): Argv {
  const plan = 'Only show the plan: client also of files (-f), server fails where it would be refused';
  return changing(reading(yargs), plan)
    .positional('nodes', {
      type: 'string',
      array: true,
      default: [],
      describe: 'Names of SeiNodes, one after the other; or -l',
    })
    .option('max-unavailable', {
      ...value('So many full nodes at once; never more than one validator'),
      default: '1',
    })
    .option(
      'ignore-default-size',
      toggle("Although the volume is smaller than the operator's default, or that cannot be read"),
    );
}

/** Flags and argument of `tls resume` and `tls abort`. */
export function goingOn(yargs: Argv): Argv {
  const plan = 'Only show where it stands, and what would be done next';
  return changing(asking(yargs), plan).positional('node', {
    type: 'string',
    describe: 'Name of the SeiNode; none means the one whose toggle is unfinished',
  });
}

/** Flags and argument of `tls history`. */
export function remembering(yargs: Argv): Argv {
  return asking(yargs).positional('node', { type: 'string', describe: 'Name of a SeiNode; none means all' });
}

/** Flags of `doctor`. */
export function diagnosing(yargs: Argv): Argv {
  return asking(yargs).option('now', value('Judge at this moment (RFC 3339)'));
}

/** Flags of a command that asks a cluster, and takes no files. */
function asking(yargs: Argv): Argv {
  return targeting(describing(yargs))
    .option('namespace', { alias: 'n', ...value('Only this namespace') })
    .option('all-namespaces', { alias: 'A', ...toggle('Every namespace') })
    .option('v', { ...value('Verbosity: 6 names every request'), default: '0' });
}

/** Flags of every command that changes a cluster. */
function changing(yargs: Argv, plan: string): Argv {
  return yargs
    .option('dry-run', {
      ...value(plan),
      choices: ['none', 'client', 'server'],
      default: 'none',
    })
    .option('yes', { alias: 'y', ...toggle('Do not ask') })
    .option('wait', {
      ...toggle('Wait for the node to be Running; =false leaves the rest to tls resume'),
      default: true,
    })
    .option('timeout', {
      ...value('Stop the toggle of a node after this time, to be resumed; 0 waits'),
      default: '30m',
    })
    .option('no-verify', toggle('Leave out the handshake at the end'));
}

/** Flags of `policy check`. */
export function policing(yargs: Argv): Argv {
  return authorising(sourcing(printing(yargs, { choices: reportFormats, default: 'table' })))
    .option('against-cluster', toggle('Take the state before the edit from the cluster'))
    .option('before', values('File or directory with the state before an edit (repeatable)'))
    .option('bundle', value('Ask rules of your own too: a bundle of OPA with their wasm, or its directory'))
    .option('fail-on', {
      ...value('Exit 1 for findings at or above this severity'),
      choices: severities,
      default: 'error',
    });
}

/** Flags and argument of `netpol reach`. */
export function reaching(yargs: Argv): Argv {
  return authorising(sourcing(printing(yargs, { choices: reachFormats, default: 'table' })))
    .positional('node', { type: 'string', describe: 'NODE or NODE:PORT; none means every node' })
    .option('from', values('Only this source: NAMESPACE/POD or an IP address (repeatable)'));
}

/** Flags of `report`. */
export function reporting(yargs: Argv): Argv {
  return authorising(sourcing(printing(yargs, { choices: documentFormats, default: 'html' })));
}

/** Flags of `netpol template`. */
export function templating(yargs: Argv): Argv {
  return authorising(sourcing(printing(yargs, { choices: manifestFormats })));
}

/** The flag of every command that asks who may connect. */
function authorising(yargs: Argv): Argv {
  return yargs.option('parameters', value('File with the PolicyParameters: who may connect to what'));
}

/** Flags and argument of `policy explain`. */
export function explaining(yargs: Argv): Argv {
  return describing(yargs).positional('id', { type: 'string', demandOption: true, describe: 'Id of a rule' });
}

/** Flags of `policy export`. */
export function exporting(yargs: Argv): Argv {
  return yargs
    .option('format', {
      ...value('Templates and constraints, ValidatingAdmissionPolicies, or an OPA bundle (tar.gz)'),
      choices: engineFormats,
      demandOption: true,
    })
    .option('output-dir', value('New directory to write each file to, samples and tests with them'))
    .option('parameters', value('File with the PolicyParameters that the constraints are to hold'));
}

/** A flag with a value; of several the last counts, as in kubectl. */
function value(describe: string) {
  return { describe, type: 'string', requiresArg: true, coerce: last } satisfies Options;
}

/** A flag with a value that may be given again. yargs' own arrays would refuse `-f -`. */
function values(describe: string) {
  return { describe, type: 'string', requiresArg: true, coerce: all } satisfies Options;
}

function toggle(describe: string) {
  return { describe, type: 'boolean', default: false, coerce: last } satisfies Options;
}

function last<T>(given: T | readonly T[]): T | undefined {
  return all(given).at(-1);
}

function all<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? given : [given as T];
}
