import { objectKey } from '../core/kubernetes.ts';
import { type Target, targetsOf } from '../core/network/targets.ts';
import { UsageError } from './errors.ts';
import type { Gathered } from './gather.ts';
import { type CommonOptions, type ReachFormat, selection } from './options.ts';

/** Flags of `netpol reach`, as yargs parses them. */
export type ReachOptions = CommonOptions<ReachFormat> & {
  /** `NODE` or `NODE:PORT`; absent for every node. */
  readonly node?: string;
  /** `NAMESPACE/POD` or an address. */
  readonly from?: readonly string[];
  readonly parameters?: string;
};

/** A node that is asked about, and one of its ports or else those that are guarded. */
export type WantedNode = { readonly name: string; readonly port: number | undefined };

/** Reads `NODE` or `NODE:PORT`. @throws UsageError where it is neither. */
export function parseNode(text: string | undefined): WantedNode | undefined {
  if (text === undefined) return undefined;
  const [, name, digits] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (name === undefined || port === 0 || (port ?? 0) > 65535) {
    throw new UsageError(
      `"${text}" names no node and port; write NODE or NODE:PORT, with a port from 1 to 65535`,
    );
  }
  return { name, port };
}

/**
 * The pods that are asked about: those of the selected nodes, and those whose label names a node that is not there.
 *
 * @throws UsageError where several namespaces have a node of the wanted name.
 */
export function chooseTargets(
  { fleet, nodes, namespace }: Gathered,
  options: ReachOptions,
  wanted: WantedNode | undefined,
): Target[] {
  const known = new Set(fleet.nodes.map(({ object }) => nodeKey(object.metadata)));
  const selected = new Set(nodes.map(({ object }) => nodeKey(object.metadata)));
  const matches = selection(options);
  const targets = targetsOf(
    fleet.nodes.map(({ object }) => object),
    fleet.network.pods,
  ).filter(target => {
    const key = objectKey(target.namespace, target.node);
    if (known.has(key)) return selected.has(key);
    return (
      (namespace ?? target.namespace) === target.namespace &&
      (wanted?.name ?? target.node) === target.node &&
      matches(target.labels, target.node, target.namespace)
    );
  });
  checkOne(targets, wanted);
  const port = wanted?.port;
  return port === undefined ? targets : targets.map(target => ({ ...target, ports: onlyPort(target, port) }));
}

function nodeKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return objectKey(namespace, name);
}

function checkOne(targets: readonly Target[], wanted: WantedNode | undefined): void {
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  if (wanted !== undefined && namespaces.length > 1) {
    throw new UsageError(
      `"${wanted.name}" is in the namespaces ${namespaces.join(', ')}; say which with -n NAMESPACE`,
    );
  }
}

function onlyPort({ ports }: Target, port: number): Target['ports'] {
  return [ports.find(guarded => guarded.port === port) ?? { port }];
}
