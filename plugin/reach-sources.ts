import { objectKey } from '../core/kubernetes.ts';
import { parseAddress } from '../core/network/cidr.ts';
import type { Question } from '../core/network/classes.ts';
import type { NetworkPod } from '../core/network/network.ts';
import { addressesOf } from '../core/network/targets.ts';
import { UsageError } from './errors.ts';
import type { Asked } from './output/reach-answers.ts';
import type { Fault } from './source/fleet.ts';

/** A value of `--from`. */
export type SourceName =
  | { readonly text: string; readonly key: string }
  | { readonly text: string; readonly address: string };

/** Reads values of `--from`. @throws UsageError where one is neither a pod nor an address. */
export function parseSources(texts: readonly string[]): SourceName[] {
  return [...new Set(texts)].map(text => {
    if (/^[^/]+\/[^/]+$/.test(text)) return { text, key: text };
    const address = parseAddress(text);
    if (address === undefined) {
      throw new UsageError(`--from "${text}" is no source; write --from NAMESPACE/POD or --from IP`);
    }
    return { text, address: address.join('.') };
  });
}

/** Who `--from` asks about. */
export type Sources = {
  /** The sources to judge: all pods, unless some are asked about by name. */
  readonly pods: readonly NetworkPod[];
  /** Addresses that no pod has. */
  readonly addresses: readonly string[];
  /** Pods that are not there. */
  readonly faults: readonly Fault[];
  /** Each who is asked about, in a question of these sources. */
  readonly asked: (question: Question) => Asked[];
};

/** Looks up who is meant: an address that a pod has means the pod. */
export function resolveSources(names: readonly SourceName[], pods: readonly NetworkPod[]): Sources {
  const found = names.map(name => ({ name, pods: pods.filter(pod => isMeant(pod, name)) }));
  const missing = found.flatMap(({ name, pods }) => ('key' in name && pods.length === 0 ? [name.key] : []));
  const meant = new Set(found.flatMap(({ pods }) => pods));
  return {
    pods: names.some(name => 'key' in name) ? [...meant] : pods,
    addresses: found.flatMap(({ name, pods }) => ('address' in name && pods.length === 0 ? [name.text] : [])),
    faults: missing.map(key => ({ message: `Pod "${key}" not found, or it has ended` })),
    asked: question => found.flatMap(({ name, pods }) => askedOf(name, pods, question)),
  };
}

function isMeant({ metadata, status }: NetworkPod, name: SourceName): boolean {
  return 'key' in name
    ? objectKey(metadata.namespace, metadata.name) === name.key
    : addressesOf(status).some(address => parseAddress(address)?.join('.') === name.address);
}

function askedOf(name: SourceName, found: readonly NetworkPod[], { pods, input }: Question): Asked[] {
  if ('address' in name && found.length === 0) {
    return [{ name: name.text, address: input.addresses.indexOf(name.text) }];
  }
  const keys = found.map(({ metadata }) => objectKey(metadata.namespace, metadata.name));
  return keys.map(key => ({
    name: 'key' in name ? key : `${name.text} (${key})`,
    ...('address' in name && { ip: name.text }),
    pod: pods.findIndex(pod => pod.key === key),
  }));
}
