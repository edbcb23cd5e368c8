import type { Facts, Outranking } from './facts.ts';
import { fail, ofFindings, pass, type Verdict, warn } from './verdict.ts';

type Enforcement = Extract<Facts['enforcement'], { ok: true }>['value'];

/** Whether NetworkPolicies are enforced, as far as the DaemonSets of network plugins tell. */
export function networkPolicyEnforced({ enforcing, caveats }: Enforcement): Verdict {
  const [caveat] = caveats;
  if (caveat !== undefined) {
    return fail(
      `${caveat.why}: every port of every node is open, whatever policies say`,
      'install a network plugin that enforces them, or turn on its enforcement',
    );
  }
  return enforcing.length > 0
    ? pass(`${enforcing.join(', ')} enforces NetworkPolicies`)
    : warn(
        'no network plugin is found that is known to enforce NetworkPolicies',
        'see whether yours does: a connection that netpol reach calls denied must fail',
      );
}

/** Whether something else decides before, or beside, NetworkPolicies. */
export function networkPolicyOutranked(found: readonly Outranking[]): Verdict {
  const above = found.filter(({ outranks }) => outranks);
  const fix =
    'read what it says of ports 8443 and 9100 of nodes: netpol reach answers "unknown" where it decides';
  return above.length > 0
    ? ofFindings(
        above.map(({ text }) => text),
        '',
        fail,
        fix,
      )
    : ofFindings(
        found.map(({ text }) => text),
        'nothing but NetworkPolicies decides',
        warn,
        fix,
      );
}
