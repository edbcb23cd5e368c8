import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Labels, NetworkPolicy } from '../../core/network/network-policy.ts';
import { type Case, type CasePod, podKey } from './case.ts';

/** As much of an object as is read here. */
type Manifest = {
  readonly kind?: string;
  readonly items?: readonly Manifest[];
  readonly metadata?: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: Template['spec'] & {
    readonly template?: Template;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template } };
  };
};
type Template = {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec?: { readonly containers?: readonly { readonly ports?: CasePod['ports'] }[] };
};

/**
 * The network that a directory of manifests makes, a pod for each workload, as netpol-analyzer names them.
 *
 * @returns undefined where kinds beyond NetworkPolicy decide, or there is no pod. @throws where a file is no YAML.
 */
export function networkIn(directory: string): Case | undefined {
  const objects = globSync('**/*.{yaml,yml}', { cwd: directory })
    .flatMap(file => parseAllDocuments(readFileSync(join(directory, file), 'utf8'), { merge: true }))
    .flatMap(document => {
      for (const error of document.errors) throw error;
      return flat(document.toJS());
    });
  const pods = [...new Map(objects.flatMap(podsOf).map(pod => [podKey(pod), pod])).values()].map(
    (pod, at) => ({
      ...pod,
      ip: `10.77.${at >> 8}.${at & 255}`,
    }),
  );
  if (pods.length === 0 || objects.some(({ kind = '' }) => beyond.test(kind))) return undefined;
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy').map(inNamespace) as NetworkPolicy[];
  const named = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata);
  return {
    name: directory,
    namespaces: {
      ...Object.fromEntries(
        [...pods, ...policies.map(({ metadata }) => metadata)].map(({ namespace }) => [namespace, {}]),
      ),
      ...Object.fromEntries(named.map(metadata => [metadata?.name, metadata?.labels ?? {}])),
    },
    pods,
    policies,
    ports: portsOf(pods, policies),
    addresses: addressesOf(policies),
  };
}

const beyond =
  /^(Baseline)?AdminNetworkPolicy$|^MultiNetworkPolicy$|UserDefinedNetwork$|^NetworkAttachment|^VirtualMachine/;

function flat(object: Manifest | null): Manifest[] {
  return object?.items?.flatMap(flat) ?? (object === null ? [] : [object]);
}

/** One that a workload owns has its name; static pods are their own. */
function podsOf({ kind = '', metadata, spec }: Manifest): CasePod[] {
  const template =
    kind === 'Pod' ? { metadata, spec } : (spec?.template ?? spec?.jobTemplate?.spec?.template);
  if (template === undefined || metadata === undefined) return [];
  const owner = metadata.ownerReferences?.find(({ kind }) => kind !== 'Node');
  return [
    {
      namespace: metadata.namespace ?? 'default',
      name: owner?.name ?? metadata.name,
      labels: template.metadata?.labels ?? {},
      ports: (template.spec?.containers ?? []).flatMap(({ ports = [] }) => ports),
    },
  ];
}

function inNamespace(object: Manifest): object {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata?.namespace ?? 'default' } };
}

/** Every port that somebody names, the one after each range, and one that nobody does. */
function portsOf(pods: readonly CasePod[], policies: readonly NetworkPolicy[]): number[] {
  const entries = policies.flatMap(({ spec }) => [...(spec?.ingress ?? []), ...(spec?.egress ?? [])]);
  const named = entries
    .flatMap(({ ports }) => ports ?? [])
    .flatMap(({ port, endPort }) => [port, endPort, (endPort ?? 0) + 1]);
  const offered = pods.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
  const numbers = [...offered, ...named, 60_000].filter(
    port => typeof port === 'number' && port > 1 && port < 65_536,
  );
  return [...new Set(numbers as number[])].toSorted((a, b) => a - b);
}

/** One inside each block, and one that is in few. */
function addressesOf(policies: readonly NetworkPolicy[]): string[] {
  const blocks = JSON.stringify(policies).match(/\d+\.\d+\.\d+\.\d+(?=\/)/g) ?? [];
  return [...new Set(['198.51.100.1', ...blocks])];
}
