import { shortDuration } from '../../core/duration.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { listenersOf, probes, proxyArguments, publicPort } from '../../core/listeners.ts';
import { modesOf, type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import type { Surroundings } from '../source/surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { type NodeView, volumeOf } from '../view.ts';
import { certificateSections } from './certificate.ts';
import { progressOf } from './plan.ts';
import type { Section } from './sections.ts';
import { claimRows, eventSection } from './surroundings.ts';
import { readyCell } from './verdict.ts';

/**
 * One node for a person: itself, its TLS and certificate, the listeners and the volume it has.
 *
 * @param around what stands around it in its cluster; absent where files were read. @param now RFC 3339
 */
export function nodeSections(
  view: NodeView,
  around: Surroundings | undefined,
  terminal: Terminal,
  now: string,
): Section[] {
  const { pvc, onDelete } = volumeOf(view);
  const conditions = conditionRows(view.node, Date.parse(now));
  return [
    { title: 'Node', rows: nodeRows(view) },
    { title: 'TLS', rows: tlsRows(view, terminal) },
    ...certificateSections(view, terminal, now),
    { title: 'Listeners of the pod it makes', rows: listenerRows(view.node) },
    {
      title: 'Volume',
      rows: [['PVC', pvc], ...(around ? claimRows(around) : []), ['On delete', onDelete]],
    },
    ...(conditions.length === 0 ? [] : [{ title: 'Conditions', rows: conditions }]),
    ...(around ? [eventSection(around, terminal, now)] : []),
  ];
}

/** What the operator last said, which may be older than the verdict above. */
function conditionRows({ status }: SeiNode, now: number): Section['rows'] {
  return (status?.conditions ?? []).map(
    ({ type, status, reason, message, lastTransitionTime }): [string, string] => {
      const age =
        lastTransitionTime === undefined
          ? ''
          : ` (${shortDuration(now - Date.parse(lastTransitionTime))} ago)`;
      return [type, `${status} ${reason}${age}${message ? `: ${message}` : ''}`];
    },
  );
}

function nodeRows({ node, sourced: { place } }: NodeView): Section['rows'] {
  const { metadata, spec, status } = node;
  const key = objectKey(metadata.namespace, metadata.name);
  return [
    ['Name', place ? `${key} (${place.file}:${place.line})` : key],
    ['Chain', `${spec.chainId}, ${modesOf(spec).join(', ')}`],
    ['Image', spec.image],
    [
      'Phase',
      status?.phase ?? (place ? 'none: the manifest has no status' : 'none yet: no operator has taken it up'),
    ],
    ...planRows(node),
  ];
}

function planRows({ status }: SeiNode): Section['rows'] {
  const plan = status?.plan;
  if (plan === undefined) {
    return [];
  }
  const failed = plan.tasks.find(({ status }) => status === 'Failed');
  const failure = failed ? `; ${failed.type} failed: ${failed.error ?? 'no error given'}` : '';
  return [['Plan', progressOf(plan) + failure]];
}

function tlsRows({ node, verdict }: NodeView, terminal: Terminal): Section['rows'] {
  return verdict === undefined
    ? [['Ready', 'off: the tasks port answers without authentication']]
    : [
        ['Secret', tlsSecretName(node) ?? ''],
        ['Ready', readyCell(terminal, verdict)],
        ['Because', verdict.message],
      ];
}

function listenerRows(node: SeiNode): Section['rows'] {
  const listeners = listenersOf(node).map(({ port, name, address, serves }): [string, string] => [
    `${port} ${name}`,
    `${serves}; ${address === '0.0.0.0' ? 'who can connect is below' : 'loopback only'}`,
  ]);
  const checks = probes.map(({ container, probe, path }) => `${probe} ${path} (${container})`);
  const proxy = tlsSecretName(node) === undefined ? [] : proxyArguments(node);
  return [
    ...listeners,
    ['Probes', `on ${publicPort}: ${checks.join(', ')}`],
    ...proxy.map((argument, index): [string, string] => [index === 0 ? 'Proxy' : '', argument]),
  ];
}
