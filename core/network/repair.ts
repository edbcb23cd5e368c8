import type { NetworkViolation } from '../policy.ts';
import { type Edit, edited, keyOfPolicy, type Operation, operationsOf } from './edit.ts';
import { type AskNetwork, judgeTargets } from './judgement.ts';
import type { Network } from './network.ts';
import type { NetworkPolicy, PolicyParameters } from './network-policy.ts';
import { type Details, remediesOf } from './remedies.ts';
import { type Target, targetKey } from './targets.ts';

/** What mends a violation: a change of one or more policies, or a policy that is not there yet. */
export type Repair = {
  readonly patches: readonly { readonly policy: string; readonly operations: readonly Operation[] }[];
  readonly create?: NetworkPolicy;
};

/**
 * Finds the smallest repair of a violation that works: it is applied to the network and judged again, at every target given.
 * The port is closed to whom it is not for, and to nobody else; no other port changes.
 *
 * @returns a function of a violation and its target, of those that the rules cannot tell apart any; undefined is the answer
 * where nothing that is tried works, or nothing is certain.
 */
export function repairer({
  network,
  targets,
  parameters,
  ask,
}: Surroundings): (violation: NetworkViolation, target: Target) => Repair | undefined {
  const findings = (of: Network) => findingsAt(of, targets, parameters, ask);
  let before: ReturnType<typeof findings>;
  return (violation, target) => {
    const gone = keyOf(target, violation);
    const works = (edits: readonly Edit[]) => {
      const left = findings(edited(network, edits));
      before ??= findings(network);
      return left !== undefined && !left.has(gone) && [...left].every(key => before?.has(key));
    };
    return remediesOf(violation, target, network.policies, parameters)
      .find(works)
      ?.reduce(asRepair, { patches: [] } as Repair);
  };
}

/** What a repair is judged with: `targets` are those of the namespace, one of each that the rules cannot tell apart. */
export type Surroundings = {
  readonly network: Network;
  readonly targets: readonly Target[];
  readonly parameters: PolicyParameters;
  readonly ask: AskNetwork;
};

function asRepair({ patches, ...repair }: Repair, edit: Edit): Repair {
  return 'create' in edit
    ? { ...repair, patches, create: edit.create }
    : {
        ...repair,
        patches: [...patches, { policy: keyOfPolicy(edit.policy), operations: operationsOf(edit) }],
      };
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
