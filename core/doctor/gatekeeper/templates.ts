import type { KubernetesObject } from '../../kubernetes.ts';
import { fail, ofFindings, type Verdict, warn } from '../verdict.ts';
import type { Constraint, ConstraintTemplate, Gatekeeper, ShippedBundle } from './facts.ts';

/** What puts the bundle of this release into a cluster. */
export const applyBundle = 'kubectl seinode policy export --format gatekeeper | kubectl apply -f -';

/** Whether the templates compile, and are those of this release: by the text of their Rego. */
export function gatekeeperTemplates({ templates }: Gatekeeper, shipped: ShippedBundle): Verdict {
  const broken = templates.flatMap(({ metadata, status }) =>
    (status?.byPod ?? []).flatMap(({ errors = [] }) =>
      errors.map(({ message }) => `ConstraintTemplate ${metadata.name} does not compile: ${message}`),
    ),
  );
  if (broken.length > 0) return ofFindings([...new Set(broken)], '', fail, applyBundle);
  const others = templates
    .filter(
      live => !shipped.templates.some(one => nameOf(one) === nameOf(live) && regoOf(one) === regoOf(live)),
    )
    .map(live => `${nameOf(live)} is of another release than this plugin`);
  return ofFindings(others, `${templates.length} templates of this release`, warn, applyBundle);
}

function regoOf({ spec }: ConstraintTemplate): string {
  const sources = (spec?.targets ?? []).flatMap(({ code = [] }) => code.map(({ source = {} }) => source));
  return JSON.stringify(
    sources.map(({ rego = '', libs = [] }) => [rego.trim(), libs.map(lib => lib.trim())]),
  );
}

/** Whether each template has a constraint, and that does what is shipped: what is shipped as a warning refuses nothing. */
export function gatekeeperConstraints(
  { templates, constraints }: Gatekeeper,
  shipped: ShippedBundle,
): Verdict {
  const unused = templates.flatMap(({ metadata, spec }) => {
    const kind = spec?.crd?.spec?.names?.kind;
    return constraints.some(constraint => constraint.kind === kind)
      ? []
      : [`ConstraintTemplate ${metadata.name} has no constraint: it judges nothing`];
  });
  const mild = constraints.flatMap(constraint => {
    const meant = shipped.constraints.find(({ kind }) => kind === constraint.kind);
    const action = actionOf(constraint);
    return ['deny', 'scoped', meant && actionOf(meant)].includes(action)
      ? []
      : [`${nameOf(constraint)} has enforcementAction ${action}: it refuses nothing`];
  });
  return ofFindings(
    [...unused, ...mild],
    `${constraints.length} constraints are as shipped`,
    warn,
    applyBundle,
  );
}

/** Gatekeeper's default is deny. */
function actionOf({ spec }: Constraint): string {
  return spec?.enforcementAction ?? 'deny';
}

/** `KIND NAME`. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
