import { defaultTasksPort, proxyPort } from '../listeners.ts';
import type { NetworkViolation } from '../policy.ts';
import { type Direction, type Edit, keyOfPolicy, type Rule, type RulesEdit } from './edit.ts';
import type {
  EgressRule,
  IngressRule,
  NetworkPolicy,
  NetworkPolicyPeer,
  PolicyParameters,
} from './network-policy.ts';
import { tcp, withoutPort } from './ports.ts';
import type { Target } from './targets.ts';
import { networkPolicyTemplate } from './template.ts';

/** What the rules on NetworkPolicies say in `details` that a remedy goes by. */
export type Details = {
  readonly port: number;
  readonly openings?: readonly Opening[];
  readonly direction?: Direction;
  readonly policy?: string;
};

/** Where a rule lets somebody in, as `details.openings` of a violation has it. */
type Opening = { readonly policy: string | null; readonly rule: number; readonly peer: number | null };

/** What may mend a violation at a target, the smallest first; none of it has been tried. */
export function remediesOf(
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

function closed(
  policy: NetworkPolicy,
  openings: readonly Opening[],
  target: Target,
  port: number,
): RulesEdit {
  const rules = new Map<number, Rule | null>();
  const added: Rule[] = [];
  for (const [index, through] of Map.groupBy(openings, ({ rule }) => rule)) {
    const rule: IngressRule = policy.spec?.ingress?.[index] ?? {};
    const strangers = new Set(through.map(({ peer }) => peer));
    const friends = (rule.from ?? []).filter((_, peer) => !strangers.has(peer));
    const ports = withoutPort(rule.ports, port, target);
    if (ports.length === 0) {
      // A rule for this port alone loses its strangers; a list without peers would let in everybody.
      rules.set(index, friends.length === 0 ? null : { ...rule, from: friends });
    } else {
      // One for other ports too loses the port.
      rules.set(index, { ...rule, ports });
      if (friends.length > 0) added.push(fromThem(friends, port));
    }
  }
  return { policy, direction: 'ingress', rules, added };
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
  return { from, ports: tcp([port]) };
}

function toNodes({ namespace }: Target, port: number): EgressRule {
  const to = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchExpressions: [{ key: 'sei.io/node', operator: 'Exists' as const }] },
  };
  return { to: [to], ports: tcp([port]) };
}
