import { guardedTargets } from '../../core/findings/network-findings.ts';
import { listenersOf, proxyArguments } from '../../core/listeners.ts';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import type { Result } from '../../core/result.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts, loadTLSPair } from '../../core/tls-secret.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Finding, findViolations } from '../findings.ts';
import type { Gathered } from '../gather.ts';
import { gatherOne } from '../gather-one.ts';
import type { CommonOptions } from '../options.ts';
import { findingsSection } from '../output/findings.ts';
import { nodeSections } from '../output/node.ts';
import { reportFaults, reportProblems } from '../output/problems.ts';
import { reachJSON } from '../output/reach-report.ts';
import { inspectedReach } from '../output/reach-text.ts';
import { nodeName, render } from '../output/render.ts';
import { sections } from '../output/sections.ts';
import { parametersFor } from '../parameters.ts';
import { askReach, type Reached } from '../reach.ts';
import type { Fault } from '../source/fleet.ts';
import type { Surroundings } from '../source/surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { leafOf, type NodeView, viewFleet, volumeOf } from '../view.ts';
import { reportItem } from './tls-check.ts';

/** `inspect NODE`: one node for a person. */
export async function inspect(
  options: CommonOptions & { readonly node: string; readonly parameters?: string },
  terminal: Terminal,
): Promise<number> {
  const needs = { children: true, network: 'pods' } as const;
  await using gathered = await gatherOne(options, terminal, options.node, needs);
  // Without the node there is nothing to ask a cluster for.
  const client = gathered.nodes.length > 0 ? gathered.client : undefined;
  const { parameters, faults: refused } = await parametersFor(options, terminal, client);
  if (refused.length > 0) return reportFaults(terminal, refused);
  const { views, faults } = viewFleet(gathered);
  const judged = findViolations(gathered, parameters);
  const unread: Fault[] = [...faults, ...judged.faults];
  for (const view of views) {
    const around = await surroundingsOf(gathered, view);
    unread.push(...(around?.faults ?? []));
    const reached = reachOf(view, gathered, parameters);
    unread.push(...(reached.ok ? [] : [{ message: `NetworkPolicies: ${reached.error}` }]));
    const reach = reached.ok ? reached.value : undefined;
    const inspected = { view, findings: judged.findings, around, reach, now: gathered.now };
    terminal.out(show(inspected, options, terminal));
  }
  const complete = reportProblems(terminal, options, gathered, unread);
  return complete ? exitCodes.ok : exitCodes.incomplete;
}

/** One node, and all there is to say of it. */
type Inspected = {
  readonly view: NodeView;
  readonly findings: readonly Finding[];
  /** Absent where files were read. */
  readonly around: Surroundings | undefined;
  /** Who reaches its guarded ports; absent where the rules could not be asked. */
  readonly reach: Reached | undefined;
  /** RFC 3339 */
  readonly now: string;
};

function reachOf(
  { node }: NodeView,
  { fleet: { network }, judge }: Gathered,
  parameters: PolicyParameters,
): Result<Reached> {
  return askReach(judge, network, guardedTargets([node], network.pods), parameters);
}

async function surroundingsOf({ client }: Gathered, view: NodeView): Promise<Surroundings | undefined> {
  if (client === undefined) {
    return undefined;
  }
  const { readSurroundings } = await import('../source/surroundings.ts');
  return readSurroundings(client, view.node, volumeOf(view).pvc);
}

function show(inspected: Inspected, { output }: CommonOptions, terminal: Terminal): string {
  const { view, findings, around, reach, now } = inspected;
  return render(output, {
    kind: 'NodeReport',
    content: () => report(inspected),
    names: () => [nodeName(view.node.metadata)],
    text: () =>
      sections(terminal, [
        ...nodeSections(view, around, terminal, now),
        ...inspectedReach(reach, terminal, output === 'wide'),
      ]) + findingsSection(terminal, findings, output === 'wide'),
  });
}

/** The item of a TLSReport and what else `inspect` shows. */
function report({ view, findings, around, reach }: Inspected): Record<string, unknown> {
  const { node } = view;
  const listeners = listenersOf(node);
  return {
    ...reportItem(view),
    certificate: certificate(view),
    chainId: node.spec.chainId,
    image: node.spec.image,
    phase: node.status?.phase,
    plan: node.status?.plan,
    listeners,
    proxyArguments: tlsSecretName(node) === undefined ? undefined : proxyArguments(node),
    reach: reach && [...reachJSON(reach.question, reach.items(), [])].map(item => JSON.parse(item)),
    volume: { ...volumeOf(view), claim: around?.claim, heldBy: around?.heldBy },
    conditions: node.status?.conditions,
    events: around?.events,
    findings,
  };
}

function certificate(view: NodeView): Record<string, unknown> | undefined {
  const leaf = leafOf(view);
  return (
    leaf && {
      ...certificateFacts(leaf),
      subjectAltNames: leaf.subjectAltNames.map(({ type, value }) => ({ type, value })),
      chain: view.material?.certificates,
      keyMatches: view.secret && loadTLSPair(view.secret).ok,
    }
  );
}
