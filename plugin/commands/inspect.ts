import { objectKey } from '../../core/kubernetes.ts';
import { listenersOf, probes, proxyArguments, publicPort } from '../../core/listeners.ts';
import { modesOf, tlsSecretName } from '../../core/seinode.ts';
import { certificateFacts } from '../../core/tls-secret.ts';
import { UsageError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Finding, findViolations } from '../findings.ts';
import { gather, reportFaults, reportIgnored, reportMissing } from '../gather.ts';
import type { CommonOptions } from '../options.ts';
import { certificateSection } from '../output/certificate.ts';
import { findingText } from '../output/findings.ts';
import { render } from '../output/render.ts';
import { type Section, sections } from '../output/sections.ts';
import { readyCell } from '../output/verdict.ts';
import { paint, type Terminal } from '../terminal.ts';
import { isReady, type NodeView, viewFleet } from '../view.ts';

/** `inspect NODE`: one node for a person. */
export async function inspect(
  options: CommonOptions & { readonly node: string },
  terminal: Terminal,
): Promise<number> {
  const { fleet, nodes, missing, judge, now } = await gather(options, terminal, [options.node]);
  if (nodes.length > 1) {
    const namespaces = nodes.map(({ object }) => object.metadata.namespace);
    throw new UsageError(
      `"${options.node}" is in the namespaces ${namespaces.join(', ')}; say which with -n`,
    );
  }
  const { views, faults } = viewFleet(nodes, fleet, judge, now);
  const { findings } = findViolations(nodes, fleet, undefined, judge, now);
  for (const view of views) {
    terminal.out(show(view, findings, options, terminal, now));
  }
  reportFaults(terminal, faults);
  reportMissing(terminal, missing, options);
  reportIgnored(terminal, fleet, options);
  return faults.length + missing.length > 0 ? exitCodes.incomplete : exitCodes.ok;
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
    names: () => [`seinode.sei.io/${view.node.metadata.name}`],
    text: () => `${sections(terminal, describe(view, terminal, now))}${findingsSection(terminal, findings)}`,
  });
}

function report(view: NodeView, findings: readonly Finding[]): Record<string, unknown> {
  const { node, verdict, material } = view;
  const leaf = material?.leaf.ok ? material.leaf.value : undefined;
  return {
    namespace: node.metadata.namespace,
    name: node.metadata.name,
    phase: node.status?.phase,
    plan: node.status?.plan,
    tls: verdict !== undefined,
    secretName: tlsSecretName(node),
    ready: isReady(view),
    reason: verdict?.reason,
    message: verdict?.message,
    requiredDNSNames: view.requiredDNSNames,
    missing: verdict?.missing,
    certificate: leaf && {
      ...certificateFacts(leaf),
      subjectAltNames: leaf.subjectAltNames.map(({ type, value }) => ({ type, value })),
      chain: material?.certificates,
      keyMatches: material?.pair.ok,
    },
    listeners: listenersOf(node),
    proxyArguments: tlsSecretName(node) === undefined ? undefined : proxyArguments(node),
    reach: listenersOf(node)
      .filter(({ address }) => address === '0.0.0.0')
      .map(({ port }) => ({ port, exposed: 'unknown' })),
    volume: volume(view),
    findings,
  };
}

function describe(view: NodeView, terminal: Terminal, now: string): Section[] {
  const { node, sourced, verdict } = view;
  const place = sourced.place && `${sourced.place.file}:${sourced.place.line}`;
  const ready = readyCell(terminal, verdict);
  return [
    {
      title: 'Node',
      rows: [
        ['Name', `${objectKey(node.metadata.namespace, node.metadata.name)}${place ? ` (${place})` : ''}`],
        ['Chain', `${node.spec.chainId}, ${modesOf(node.spec).join(', ')}`],
        ['Image', node.spec.image],
        ['Phase', node.status?.phase ?? 'none: the manifest has no status'],
        ...planRows(view),
      ],
    },
    {
      title: 'TLS',
      rows:
        verdict === undefined
          ? [['Ready', 'off: the tasks port answers without authentication']]
          : [
              ['Secret', tlsSecretName(node) ?? ''],
              ['Ready', ready],
              ['Because', verdict.message],
            ],
    },
    ...certificateSection(view, terminal, now),
    { title: 'Listeners of the pod it makes', rows: listenerRows(view) },
    {
      title: 'Volume',
      rows: [
        ['PVC', volume(view).pvc],
        ['On delete', volume(view).onDelete],
      ],
    },
  ];
}

function planRows({ node }: NodeView): [string, string][] {
  const { plan } = node.status ?? {};
  const done = plan?.tasks.filter(({ status }) => status === 'Complete').length;
  const failed = plan?.tasks.find(({ status }) => status === 'Failed');
  return plan === undefined
    ? []
    : [
        [
          'Plan',
          `${plan.phase}, ${done} of ${plan.tasks.length} tasks done${failed ? `; ${failed.type} failed: ${failed.error ?? 'no error given'}` : ''}`,
        ],
      ];
}

function listenerRows({ node }: NodeView): [string, string][] {
  const listeners = listenersOf(node).map(({ port, name, address, serves }): [string, string] => [
    `${port} ${name}`,
    `${serves}; ${address === '0.0.0.0' ? 'who can reach it: unknown' : 'loopback only'}`,
  ]);
  const checks = probes.map(({ container, probe, path }) => `${probe} ${path} (${container})`);
  const proxy = tlsSecretName(node) === undefined ? [] : proxyArguments(node);
  return [
    ...listeners,
    ['Probes', `on ${publicPort}: ${checks.join(', ')}`],
    ...proxy.map((argument, index): [string, string] => [index === 0 ? 'Proxy' : '', argument]),
  ];
}

/** The finalizer deletes the volume unless it is an import (contract §4). */
function volume({ node }: NodeView): { pvc: string; onDelete: string } {
  const imported = node.spec.dataVolume?.import?.pvcName;
  return imported === undefined
    ? { pvc: `data-${node.metadata.name}`, onDelete: 'the volume is deleted with the node' }
    : { pvc: imported, onDelete: 'the volume is kept: it is an import' };
}

function findingsSection(terminal: Terminal, findings: readonly Finding[]): string {
  const paragraphs = findings.map(finding => `\n${findingText(terminal, finding, false)}`).join('');
  return `\n${paint(terminal, 'bold', 'Findings')}\n${paragraphs === '' ? '  none\n' : paragraphs.slice(1)}`;
}
