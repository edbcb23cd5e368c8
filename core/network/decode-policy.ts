import { metadataFaults } from '../schema/metadata.ts';
import { nullFaults, nullsAsZero } from '../schema/nulls.ts';
import { type FieldFault, type Fields, structuralFaults } from '../schema/structural.ts';
import { unknownFaults } from '../schema/unknown.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { policyFaults } from './policy-faults.ts';
import { networkPolicySchema, specSchema } from './policy-schema.ts';

/**
 * A NetworkPolicy out of JSON or YAML, of its metadata name and namespace alone; or what the API server would refuse, an
 * unknown field too: dropped in silence it would make another policy. Only without faults `policy` can be used.
 */
export function decodeNetworkPolicy(
  value: Fields,
  namespace: string,
): { readonly faults: FieldFault[]; readonly policy: NetworkPolicy } {
  const object = nullsAsZero(value, networkPolicySchema) as NetworkPolicy;
  const { apiVersion, kind, metadata, spec } = object;
  const faults = [
    ...structuralFaults(object, networkPolicySchema, ''),
    ...metadataFaults(metadata),
    ...nullFaults(value.spec, specSchema, 'spec'),
    ...unknownFaults(object, networkPolicySchema, 'a NetworkPolicy'),
  ];
  return {
    faults: faults.length > 0 ? faults : policyFaults(object),
    policy: { apiVersion, kind, metadata: { name: metadata?.name, namespace }, ...(spec && { spec }) },
  };
}
