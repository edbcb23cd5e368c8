import { ClusterError } from '../../cluster/error.ts';
import { inClusterConfig } from '../../cluster/in-cluster.ts';
import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import { movedTasksPorts, networkPolicyTemplate, type Template } from '../../core/network/template.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { exitCodes } from '../exit-codes.ts';
import { gather } from '../gather.ts';
import { type CommonOptions, namespaceOf } from '../options.ts';
import { errorLine, reportFaults, reportProblems } from '../output/problems.ts';
import { templatesText } from '../output/template.ts';
import { parametersFor } from '../parameters.ts';
import type { manifestFormats } from '../request/order.ts';
import type { ReadParameters } from '../source/parameters.ts';
import type { Terminal } from '../terminal.ts';

export type TemplateOptions = Omit<CommonOptions, 'output'> & {
  readonly output?: (typeof manifestFormats)[number];
  readonly parameters?: string;
};

/** `netpol template`: the NetworkPolicy of each namespace of nodes, ready to apply. */
export async function netpolTemplate(options: TemplateOptions, terminal: Terminal): Promise<number> {
  const common = { ...options, output: options.output ?? 'yaml' };
  const { nodes, parameters, faults, complete } = await read(common, terminal);
  if (faults.length > 0) return reportFaults(terminal, faults);
  const templates = templatesOf(nodes, namespaceOf(common), parameters);
  terminal.out(templatesText(common.output, templates));
  return complete ? exitCodes.ok : exitCodes.incomplete;
}

/** Who may connect, and the nodes whose tasks ports the policies name. */
type Read = ReadParameters & { readonly nodes: readonly SeiNode[]; readonly complete: boolean };

/**
 * Without files and without a cluster there are no nodes, and a cluster that does not answer leaves unknown what it
 * says of who may connect, and the ports that spec.sidecar.port moves.
 */
async function read(
  options: CommonOptions<string> & { readonly parameters?: string },
  terminal: Terminal,
): Promise<Read> {
  if (options.filename === undefined && !isClusterNamed(options)) {
    return { ...(await parametersFor(options, terminal, undefined)), nodes: [], complete: true };
  }
  try {
    await using gathered = await gather(options, terminal, [], { secrets: false });
    const parameters = await parametersFor(options, terminal, gathered.client);
    const complete = reportProblems(terminal, options, gathered, gathered.fleet.faults);
    return { ...parameters, nodes: gathered.nodes.map(({ object }) => object), complete };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const without = 'the policy names no tasks port that a node has elsewhere';
    const usual = options.parameters === undefined ? ', and goes by the default parameters' : '';
    terminal.error(errorLine({ message: `${error.message}; ${without}${usual}` }));
    return { ...(await parametersFor(options, terminal, undefined)), nodes: [], complete: false };
  }
}

/** Whether anything says which cluster is meant: then its nodes count. */
function isClusterNamed({ kubeconfig, context, cluster }: CommonOptions<string>): boolean {
  if (kubeconfig || context || cluster) return true;
  const { currentContext } = loadKubeconfig(undefined, process.env);
  return currentContext !== undefined || inClusterConfig(process.env) !== undefined;
}

function templatesOf(
  nodes: readonly SeiNode[],
  namespace: string | undefined,
  parameters: PolicyParameters,
): Template[] {
  const among = [...new Set(nodes.map(({ metadata }) => metadata.namespace))];
  const namespaces = namespace !== undefined || among.length === 0 ? [namespace] : among;
  return namespaces.map(name => {
    const inside = nodes.filter(({ metadata }) => metadata.namespace === name);
    return networkPolicyTemplate(parameters, name, movedTasksPorts(inside));
  });
}
