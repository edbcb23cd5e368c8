import { listenersOf, proxyArguments } from '../../core/listeners.ts';
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
import { nodeName, render } from '../output/render.ts';
import { sections } from '../output/sections.ts';
import type { Fault } from '../source/fleet.ts';
import { readParameters } from '../source/parameters.ts';
import type { Surroundings } from '../source/surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { leafOf, type NodeView, viewFleet, volumeOf } from '../view.ts';
import { reportItem } from './tls-check.ts';

/** `inspect NODE`: one node for a person. */
export async function inspect(
  options: CommonOptions & { readonly node: string; readonly parameters?: string },
  terminal: Terminal,
): Promise<number> {
  const { parameters, faults: refused } = await readParameters(options.parameters, terminal.stdin);
  if (refused.length > 0) return reportFaults(terminal, refused);
  const needs = { children: true, network: 'pods' } as const;
  await using gathered = await gatherOne(options, terminal, options.node, needs);
  const { views, faults } = viewFleet(gathered);
  const judged = findViolations(gathered, parameters);
  const unread: Fault[] = [...faults, ...judged.faults];
  for (const view of views) {
    const around = await surroundingsOf(gathered, view);
    unread.push(...(around?.faults ?? []));
    terminal.out(show({ view, findings: judged.findings, around, now: gathered.now }, options, terminal));
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
  /** RFC 3339 */
  readonly now: string;
};

async function surroundingsOf({ client }: Gathered, view: NodeView): Promise<Surroundings | undefined> {
  if (client === undefined) {
    return undefined;
  }
  const { readSurroundings } = await import('../source/surroundings.ts');
  return readSurroundings(client, view.node, volumeOf(view).pvc);
}

function show(inspected: Inspected, { output }: CommonOptions, terminal: Terminal): string {
  const { view, findings, around, now } = inspected;
  return render(output, {
    kind: 'NodeReport',
    content: () => report(inspected),
    names: () => [nodeName(view.node.metadata)],
    text: () =>
      sections(terminal, nodeSections(view, around, terminal, now)) +
      findingsSection(terminal, findings, output === 'wide'),
  });
}

/** The item of a TLSReport and what else `inspect` shows. */
function report({ view, findings, around }: Inspected): Record<string, unknown> {
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
    reach: listeners
      .filter(({ address }) => address === '0.0.0.0')
      .map(({ port }) => ({ port, exposed: 'unknown' })),
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
