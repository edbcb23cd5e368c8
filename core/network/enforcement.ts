import { type Fields, isFields } from '../schema/structural.ts';
import type { Caveat } from './network.ts';

/** DaemonSets of network plugins that enforce NetworkPolicies, beside another plugin too. */
const enforcing =
  /^(rke2-)?(anetd|antrea-agent|azure-npm|calico-node|canal|cilium|kindnet|kube-network-policies|kube-ovn-cni|kube-router|ovnkube-node|weave-net)$/;

/** The plugins among DaemonSets (apps/v1) that are known to enforce NetworkPolicies, by name. */
export function enforcingPlugins(daemonSets: readonly Fields[]): string[] {
  return daemonSets
    .map(pluginOf)
    .filter(plugin => enforcing.test(plugin.name) || isEnforcingAWS(plugin))
    .map(({ name }) => name);
}

/**
 * Whether the network plugin is known not to enforce NetworkPolicies: flannel alone, or aws-node whose agent for them is
 * off or missing. A plugin that is not known is taken to enforce.
 *
 * @param daemonSets those that there are (apps/v1).
 */
export function enforcementCaveats(daemonSets: readonly Fields[]): Caveat[] {
  const plugins = daemonSets.map(pluginOf);
  if (plugins.some(({ name }) => enforcing.test(name))) return [];
  if (plugins.some(plugin => plugin.name === 'aws-node' && !isEnforcingAWS(plugin))) {
    return [{ why: 'aws-node runs without its enforcement of NetworkPolicies', effect: 'opens' }];
  }
  return plugins.some(({ images }) => images.some(image => /\bflannel\b/.test(image)))
    ? [{ why: 'flannel does not enforce NetworkPolicies', effect: 'opens' }]
    : [];
}

function isEnforcingAWS({ name, args }: Plugin): boolean {
  return name === 'aws-node' && args.some(arg => /^--enable-network-policy(=true)?$/.test(arg));
}

type Plugin = { readonly name: string; readonly images: readonly string[]; readonly args: readonly string[] };

function pluginOf(daemonSet: Fields): Plugin {
  const { name } = fieldsIn(daemonSet, 'metadata');
  const { containers } = fieldsIn(fieldsIn(fieldsIn(daemonSet, 'spec'), 'template'), 'spec');
  const each = Array.isArray(containers) ? containers.filter(isFields) : [];
  const args = each.flatMap(({ args }) => (Array.isArray(args) ? args : []));
  return { name: String(name), images: each.map(({ image }) => String(image)), args: args.map(String) };
}

function fieldsIn(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isFields(value) ? value : {};
}
