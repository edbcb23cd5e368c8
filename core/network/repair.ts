import { objectKey } from '../kubernetes.ts';
import { defaultTasksPort, proxyPort } from '../listeners.ts';
import type { NetworkViolation } from '../policy.ts';
import { type AskNetwork, judgeTargets } from './judgement.ts';
import type { Network } from './network.ts';
import type {
  EgressRule,
  IngressRule,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  PolicyParameters,
} from './network-policy.ts';
import { withoutPort } from './ports.ts';
import { type Target, targetKey } from './targets.ts';
import { networkPolicyTemplate } from './template.ts';

/** One step of a JSON Patch (RFC 6902). */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** What mends a violation: a change of one or more policies, or a policy that is not there yet. */
export type Repair = {
  readonly patches: readonly { readonly policy: string; readonly operations: readonly Operation[] }[];
  readonly create?: NetworkPolicy;
};

/**
 * The smallest repair of a violation that works: it is applied to the network and judged again, at every target given.
 * The port is closed to whom it is not for, and to nobody else; no other port changes.
 *
 * @param target one of the namespace's targets; of those that the rules cannot tell apart any. @returns undefined where nothing that is tried works, or nothing is certain.
 */
export function repairOf(
  violation: NetworkViolation,
  target: Target,
  { network, targets, parameters, ask }: Surroundings,
): Repair | undefined {
  const before = findingsAt(network, targets, parameters, ask);
  return candidates(violation, target, network.policies, parameters)
    .map(edits => ({ edits, after: edited(network, edits) }))
    .find(({ after }) => {
      const left = findingsAt(after, targets, parameters, ask);
      const gone = keyOf(target, violation);
      return left !== undefined && !left.has(gone) && [...left].every(key => before?.has(key));
    })
    ?.edits.reduce(asRepair, { patches: [] } as Repair);
}

/** What a repair is judged with: `targets` are those of the namespace, one of each that the rules cannot tell apart. */
export type Surroundings = {
  readonly network: Network;
  readonly targets: readonly Target[];
  readonly parameters: PolicyParameters;
  readonly ask: AskNetwork;
};

type Rule = IngressRule & EgressRule;
type Direction = 'ingress' | 'egress';

/** A policy as it would be: rules by index (null: taken away), and rules put at the end. */
type Edit =
  | { readonly create: NetworkPolicy }
  | {
      readonly policy: NetworkPolicy;
      readonly direction: Direction;
      readonly rules: ReadonlyMap<number, Rule | null>;
      readonly added: readonly Rule[];
    };

/** Where a rule lets somebody in, as `details.openings` of a violation has it. */
type Opening = { readonly policy: string | null; readonly rule: number; readonly peer: number | null };

/** What may mend a violation, the smallest first. */
function candidates(
  violation: NetworkViolation,
  target: Target,
  policies: readonly NetworkPolicy[],
  parameters: PolicyParameters,
): Edit[][] {
  const { port, openings = [], direction, policy } = violation.details as Details;
  const guard = target.ports.find(asked => asked.port === port)?.guard;
  if (guard === undefined || violation.severity !== 'error') return [];
  const principals = authorised(parameters, guard, port);
  const named = new Map(policies.map(each => [keyOfPolicy(each), each] as const));
  if (violation.rule === 'netpol-blocked') {
    const isolating = named.get(policy ?? '');
    if (isolating === undefined) return [];
    const added: Rule = direction === 'egress' ? toNodes(target, port) : fromThem(principals, port);
    return [[{ policy: isolating, direction: direction ?? 'ingress', rules: new Map(), added: [added] }]];
  }
  if (openings.some(opening => opening.policy === null)) {
    const tasks = target.ports.flatMap(asked => (asked.guard === 'tasks' ? [asked.port] : []));
    const moved = tasks.filter(each => each !== proxyPort && each !== defaultTasksPort);
    const { policy: whole } = networkPolicyTemplate(parameters, target.namespace, moved);
    return [[{ create: freshlyNamed(whole, named) }]];
  }
  const closing = [...Map.groupBy(openings, opening => opening.policy as string)].flatMap(
    ([key, through]) => {
      const opened = named.get(key);
      return opened === undefined ? [] : [closed(opened, through, target, port)];
    },
  );
  const [first, ...rest] = closing;
  return first === undefined ? [] : [closing, [{ ...first, added: [fromThem(principals, port)] }, ...rest]];
}

/** Whoever applies it must not write over another. */
function freshlyNamed(policy: NetworkPolicy, taken: ReadonlyMap<string, NetworkPolicy>): NetworkPolicy {
  const name = `${policy.metadata.name}-guard`;
  return taken.has(keyOfPolicy(policy)) ? { ...policy, metadata: { ...policy.metadata, name } } : policy;
}

type Details = {
  readonly port: number;
  readonly openings?: readonly Opening[];
  readonly direction?: Direction;
  readonly policy?: string;
};

type RulesEdit = Extract<Edit, { policy: NetworkPolicy }>;

function closed(
  policy: NetworkPolicy,
  openings: readonly Opening[],
  target: Target,
  port: number,
): RulesEdit {
  const byRule = Map.groupBy(openings, ({ rule }) => rule);
  const rules = [...byRule].map(([index, through]): [number, Rule | null] => {
    const rule: IngressRule = policy.spec?.ingress?.[index] ?? {};
    const strangers = new Set(through.map(({ peer }) => peer));
    return [index, closedRule(rule, strangers, target, port)];
  });
  const kept = [...byRule].flatMap(([index, through]) => {
    const rule: IngressRule = policy.spec?.ingress?.[index] ?? {};
    const strangers = new Set(through.map(({ peer }) => peer));
    const friends = (rule.from ?? []).filter((_, peer) => !strangers.has(peer));
    return isOnlyFor(rule, target, port) || friends.length === 0 ? [] : [fromThem(friends, port)];
  });
  return { policy, direction: 'ingress', rules: new Map(rules), added: kept };
}

/** A rule for this port alone loses its strangers; one for other ports too loses the port. */
function closedRule(
  rule: IngressRule,
  strangers: ReadonlySet<number | null>,
  target: Target,
  port: number,
): IngressRule | null {
  if (isOnlyFor(rule, target, port)) {
    const from = (rule.from ?? []).filter((_, peer) => !strangers.has(peer));
    // A list without peers would let in everybody.
    return from.length === 0 ? null : { ...rule, from };
  }
  const ports = withoutPort(rule.ports, port, target);
  // A list without ports would open them all.
  return ports.length === 0 ? null : { ...rule, ports };
}

function isOnlyFor({ ports }: IngressRule, target: Target, port: number): boolean {
  return withoutPort(ports, port, target).length === 0;
}

/** Who may connect to a guarded port, as peers (contract §6). */
function authorised(
  { controller, monitoring, allow }: PolicyParameters,
  guard: 'tasks' | 'public',
  port: number,
): NetworkPolicyPeer[] {
  const allowed = allow.filter(({ ports }) => ports.includes(port)).map(({ from }) => from);
  return [guard === 'tasks' ? controller : monitoring, ...allowed];
}

function fromThem(from: readonly NetworkPolicyPeer[], port: number): IngressRule {
  return { from, ports: [tcp(port)] };
}

function toNodes({ namespace }: Target, port: number): EgressRule {
  const to = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' as const }] },
  };
  return { to: [to], ports: [tcp(port)] };
}

function tcp(port: number): NetworkPolicyPort {
  return { protocol: 'TCP', port };
}

function edited(network: Network, edits: readonly Edit[]): Network {
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

function asRepair({ patches, ...repair }: Repair, edit: Edit): Repair {
  return 'create' in edit
    ? { ...repair, patches, create: edit.create }
    : {
        ...repair,
        patches: [...patches, { policy: keyOfPolicy(edit.policy), operations: operationsOf(edit) }],
      };
}

/**
 * From the last rule to the first, so that an index means what it meant; what is new comes at the end. A rule is changed
 * only if it still is what was judged: another repair of it, applied before, would be undone.
 */
function operationsOf({ policy, direction, rules, added }: RulesEdit): Operation[] {
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

/** What is wrong at targets, a text each; undefined where the rules could not be asked. */
function findingsAt(
  network: Network,
  targets: readonly Target[],
  parameters: PolicyParameters,
  ask: AskNetwork,
): ReadonlySet<string> | undefined {
  const judged = judgeTargets(network, targets, parameters, ask);
  return judged.ok
    ? new Set(
        judged.value.flatMap(({ targets: alike, violations }) =>
          alike.flatMap(target => violations.map(violation => keyOf(target, violation))),
        ),
      )
    : undefined;
}

function keyOf(target: Target, { rule, severity, details }: NetworkViolation): string {
  const { port, direction = '' } = details as Details;
  return `${targetKey(target)} ${rule} ${severity} ${port} ${direction}`;
}

function keyOfPolicy({ metadata }: NetworkPolicy): string {
  return objectKey(metadata.namespace, metadata.name);
}
