import { objectKey } from '../kubernetes.ts';
import type { Network } from './network.ts';
import type { EgressRule, IngressRule, NetworkPolicy } from './network-policy.ts';

/** One step of a JSON Patch (RFC 6902). */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** A rule of either direction. */
export type Rule = IngressRule & EgressRule;
export type Direction = 'ingress' | 'egress';

/** A policy that is put there, or one as it would be: rules by index (null: taken away), and rules put at the end. */
export type Edit =
  | { readonly create: NetworkPolicy }
  | {
      readonly policy: NetworkPolicy;
      readonly direction: Direction;
      readonly rules: ReadonlyMap<number, Rule | null>;
      readonly added: readonly Rule[];
    };

/** One that changes rules. */
export type RulesEdit = Extract<Edit, { policy: NetworkPolicy }>;

/** A network after edits of its policies. */
export function edited(network: Network, edits: readonly Edit[]): Network {
  const changed = new Map(
    edits.flatMap(edit => ('policy' in edit ? [[keyOfPolicy(edit.policy), applied(edit)] as const] : [])),
  );
  const created = edits.flatMap(edit => ('create' in edit ? [edit.create] : []));
  const policies = network.policies.map(policy => changed.get(keyOfPolicy(policy)) ?? policy);
  return { ...network, policies: [...policies, ...created] };
}

function applied({ policy, direction, rules, added }: RulesEdit): NetworkPolicy {
  const kept = (policy.spec?.[direction] ?? []).flatMap((rule, index) => {
    const now = rules.get(index);
    return now === undefined ? [rule] : now === null ? [] : [now];
  });
  return { ...policy, spec: { ...policy.spec, [direction]: [...kept, ...added] } };
}

/**
 * An edit as JSON Patch. From the last rule to the first, so that an index means what it meant; what is new comes at the end. A rule is changed
 * only if it still is what was judged: another repair of it, applied before, would be undone.
 */
export function operationsOf({ policy, direction, rules, added }: RulesEdit): Operation[] {
  const path = `/spec/${direction}`;
  const before = policy.spec?.[direction] as readonly Rule[] | undefined;
  const changes = [...rules]
    .toSorted(([a], [b]) => b - a)
    .flatMap(([index, now]): Operation[] => {
      const at = `${path}/${index}`;
      const judged = before?.[index] ?? {};
      const change: Operation[] = now === null ? [{ op: 'remove', path: at }] : changesOf(judged, now, at);
      return [{ op: 'test', path: at, value: asStored(judged) }, ...change];
    });
  const additions: Operation[] = before
    ? added.map(rule => ({ op: 'add', path: `${path}/-`, value: rule }))
    : added.length > 0
      ? [{ op: 'add', path, value: added }]
      : [];
  return [...changes, ...additions];
}

/** As the API server keeps a rule: with the protocol, and without lists that are empty. */
function asStored(rule: Rule): Rule {
  const ports = rule.ports?.map(port => ({ protocol: 'TCP' as const, ...port }));
  return Object.fromEntries(
    Object.entries({ ...rule, ...(ports && { ports }) }).filter(([, list]) => list.length > 0),
  );
}

function changesOf(before: Rule, now: Rule, at: string): Operation[] {
  return (['from', 'ports'] as const)
    .filter(field => now[field] !== before[field])
    .map(field => ({
      op: before[field] === undefined ? 'add' : 'replace',
      path: `${at}/${field}`,
      value: now[field],
    }));
}

/** `NAMESPACE/NAME` */
export function keyOfPolicy({ metadata }: NetworkPolicy): string {
  return objectKey(metadata.namespace, metadata.name);
}
