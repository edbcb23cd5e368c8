import { dataClaimName } from '../../core/resources/names.ts';
import { failure } from '../../core/result.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Facts } from '../../core/toggle/facts.ts';
import { manifestOf, type TLSSetting, withTLS } from '../../core/toggle/manifest.ts';
import { preflightOfManifests } from '../../core/toggle/preflight.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Gathered, gather } from '../gather.ts';
import { reportProblems } from '../output/problems.ts';
import { planText } from '../output/toggle-plan.ts';
import { formatResults } from '../output/toggles.ts';
import type { Terminal } from '../terminal.ts';
import { maxUnavailable, type ToggleOptions } from '../toggle/options.ts';
import { type Plan, plannedOf } from '../toggle/report.ts';
import { secretFacts } from '../toggle/secret-facts.ts';

/** `tls enable|disable NODE… -f FILE --dry-run=client`: what a toggle would do, as far as manifests tell. */
export async function planOfFiles(
  options: ToggleOptions,
  to: TLSSetting,
  terminal: Terminal,
): Promise<number> {
  maxUnavailable(options);
  await using gathered = await gather(options, terminal, options.nodes);
  const plans = gathered.nodes.map(({ object }) => planOf(object, options, to, gathered));
  const results = plans.map(plan => plannedOf(plan, 'client'));
  terminal.out(formatResults(options, results, planText(plans, terminal)));
  const isComplete = reportProblems(terminal, options, gathered, gathered.fleet.faults);
  return isComplete ? exitCodes.ok : exitCodes.incomplete;
}

function planOf(node: SeiNode, options: ToggleOptions, to: TLSSetting, { fleet, now }: Gathered): Plan {
  const { namespace, name } = node.metadata;
  const { ignoreDefaultSize } = options;
  const request = { namespace, name, to, verify: !options.noVerify, ignoreDefaultSize };
  const seen = { ...unseen, node };
  const wanted = { ...node, spec: withTLS(manifestOf(node, dataClaimName(node)), to).spec };
  const secret = to === null ? undefined : secretFacts(wanted, fleet.secret(namespace, to), now);
  return { ...preflightOfManifests({ ...request, ...unknown, now, seen, secret }), request, seen };
}

const unseen = {
  ...{ claim: undefined, volume: undefined, statefulSet: undefined },
  ...{ pods: [], verified: false },
};

/** What a cluster alone knows. */
const unknown = {
  ...{ denied: [], dryRun: undefined, network: undefined },
  ...{ operator: 'unknown', defaultSize: failure('files do not say it') },
} as const satisfies Partial<Facts>;
