import { canonicalQuantity, parseQuantity } from '../quantity.ts';
import type { FieldFault } from '../schema/structural.ts';
import { fieldPath } from '../schema/text.ts';
import type { SeiNode, ResourceRequirements as Written } from '../seinode.ts';
import type { Quantities, ResourceRequirements } from './types.ts';

type Amounts = NonNullable<Written['requests']>;

/**
 * The sidecar's `resources` where its node asks for any. An empty list is left out as the API server would, and claims
 * are: the pod has none to refer to.
 */
export function requirementsOf(node: SeiNode): { resources?: ResourceRequirements } {
  const { requests, limits } = node.spec.sidecar?.resources ?? {};
  const lists = Object.entries({ requests: canonical(requests ?? {}), limits: canonical(limits ?? {}) });
  const filled = lists.filter(([, list]) => Object.keys(list).length > 0);
  return filled.length === 0 ? {} : { resources: Object.fromEntries(filled) };
}

/** What no pod may ask for in spec.sidecar.resources, and the CRD lets through. */
export function requirementFaults(node: SeiNode, field: string): FieldFault[] {
  const { requests = {}, limits = {}, claims = [] } = node.spec.sidecar?.resources ?? {};
  const amounts = [
    ...amountFaults(requests, `${field}.requests`),
    ...amountFaults(limits, `${field}.limits`),
  ];
  const claimed =
    claims.length === 0 ? [] : [{ field: `${field}.claims`, message: 'is set, and the pod has no claims' }];
  return [...amounts, ...aboveLimit(requests, limits, `${field}.requests`), ...claimed];
}

function canonical(amounts: Amounts): Quantities {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, canonicalQuantity(amount)]),
  );
}

function amountFaults(amounts: Amounts, field: string): FieldFault[] {
  return Object.entries(amounts)
    .map(([name, amount]) => ({ field: fieldPath(field, name), message: amountFault(name, amount) }))
    .filter((fault): fault is FieldFault => fault.message !== undefined);
}

/** Resources of devices have a prefix; what else they need is for the API server to say. */
function amountFault(name: string, amount: string | number): string | undefined {
  if (!/^(cpu|memory|ephemeral-storage|hugepages-.+|.[^/\n]*\/.+)$/.test(name))
    return 'is no resource of a container';
  return (parseQuantity(amount)?.nano ?? -1n) < 0n ? `is ${amount}, no amount of zero or more` : undefined;
}

function aboveLimit(requests: Amounts, limits: Amounts, field: string): FieldFault[] {
  return Object.entries(requests)
    .filter(([name, amount]) => {
      const [asked, limit] = [parseQuantity(amount), parseQuantity(limits[name] ?? '')];
      return asked !== undefined && limit !== undefined && asked.nano > limit.nano;
    })
    .map(([name, amount]) => ({
      field: fieldPath(field, name),
      message: `is ${amount}, above the limit of ${limits[name]}`,
    }));
}
