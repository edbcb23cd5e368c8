import { listenersOf, proxyArguments } from '../../core/listeners.ts';
import { tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts, loadTLSPair } from '../../core/tls-secret.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Finding, findViolations } from '../findings.ts';
import { gatherOne } from '../gather-one.ts';
import type { CommonOptions } from '../options.ts';
import { findingsSection } from '../output/findings.ts';
import { nodeSections } from '../output/node.ts';
import { reportProblems } from '../output/problems.ts';
import { nodeName, render } from '../output/render.ts';
import { sections } from '../output/sections.ts';
import type { Terminal } from '../terminal.ts';
import { leafOf, type NodeView, viewFleet, volumeOf } from '../view.ts';
import { reportItem } from './tls-check.ts';

/** `inspect NODE`: one node for a person. */
export async function inspect(
  options: CommonOptions & { readonly node: string },
  terminal: Terminal,
): Promise<number> {
  const gathered = await gatherOne(options, terminal, options.node);
  const { views, faults } = viewFleet(gathered);
  const judged = findViolations(gathered);
  for (const view of views) {
    terminal.out(show(view, judged.findings, options, terminal, gathered.now));
  }
  const complete = reportProblems(terminal, options, gathered, [...faults, ...judged.faults]);
  return complete ? exitCodes.ok : exitCodes.incomplete;
}

function show(
  view: NodeView,
  findings: readonly Finding[],
  { output }: CommonOptions,
  terminal: Terminal,
  now: string,
): string {
  return render(output, {
    kind: 'NodeReport',
    content: () => report(view, findings),
    names: () => [nodeName(view.node.metadata)],
    text: () =>
      sections(terminal, nodeSections(view, terminal, now)) +
      findingsSection(terminal, findings, output === 'wide'),
  });
}

/** The item of a TLSReport and what else `inspect` shows. */
function report(view: NodeView, findings: readonly Finding[]): Record<string, unknown> {
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
    volume: volumeOf(view),
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
