import { controllerOf } from '../ownership.ts';
import { isFields } from '../schema/structural.ts';
import type { SeiNode } from '../seinode.ts';

/** Who wrote fields of an object (Kubernetes API, meta/v1 ManagedFieldsEntry): what is read of it. */
export type ManagedFields = {
  readonly manager?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: unknown;
};

/** As whom the plugin writes. */
export const fieldManager = 'kubectl-seinode';

/** Who wrote the fields of a node, in the order of the API server. */
export function managersOf({ metadata }: Pick<SeiNode, 'metadata'>): readonly ManagedFields[] {
  const { managedFields } = metadata as { managedFields?: unknown };
  return Array.isArray(managedFields) ? managedFields.filter(entry => entry !== null) : [];
}

/**
 * Whether the plugin has created a node, whatever was changed of it since: it owns more of its spec than the import, which
 * it sets on nodes of others too.
 */
export function isCreatedByPlugin(node: Pick<SeiNode, 'metadata'>): boolean {
  return managersOf(node).some(({ manager, fieldsV1 }) => {
    const spec = isFields(fieldsV1) && isFields(fieldsV1['f:spec']) ? fieldsV1['f:spec'] : {};
    return manager === fieldManager && Object.keys(spec).some(field => field !== 'f:dataVolume');
  });
}

type Keeper = {
  readonly who: string;
  /** Keys of labels or annotations that it sets on what it keeps; with `all`, only all of them tell. */
  readonly keys: readonly string[];
  readonly all?: true;
  readonly managers: RegExp;
  /** What to do instead. */
  readonly instead: string;
};

const fromSource =
  'write spec.sidecar.tls and spec.dataVolume.import into the manifest it is kept from, pause it';
const handOver = 'take its labels, annotations and metadata.managedFields off the node, and toggle then';

/** As their documentation has it; `app.kubernetes.io/instance` tells nothing, for others set it too. */
const keepers: readonly Keeper[] = [
  {
    who: 'Argo CD',
    keys: ['argocd.argoproj.io/instance', 'argocd.argoproj.io/tracking-id'],
    managers: /^argocd-/,
    instead: `${fromSource} (argocd app set APP --sync-policy none), ${handOver}`,
  },
  {
    who: 'Flux (Kustomization)',
    keys: ['kustomize.toolkit.fluxcd.io/name', 'kustomize.toolkit.fluxcd.io/namespace'],
    managers: /^kustomize-controller$/,
    instead: `${fromSource} (flux suspend kustomization NAME), ${handOver}`,
  },
  {
    who: 'Flux (HelmRelease)',
    keys: ['helm.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/namespace'],
    managers: /^helm-controller$/,
    instead: `${fromSource} (flux suspend helmrelease NAME), ${handOver}`,
  },
  {
    who: 'Helm',
    keys: ['app.kubernetes.io/managed-by=Helm', 'meta.helm.sh/release-name'],
    all: true,
    managers: /(?!)/,
    instead:
      'the next helm upgrade would meet a node it does not expect: give the chart spec.sidecar.tls and spec.dataVolume.import, take label and annotations of Helm off the node, toggle, and put them back',
  },
];

/** Who would put the old node back, or the new one away: one refusal each, with what to do instead. */
export function keeperRefusals(node: SeiNode): string[] {
  const what = `SeiNode ${node.metadata.name}`;
  const controller = controllerOf(node);
  const owner =
    controller === undefined
      ? []
      : [
          `${what} belongs to ${controller.kind} ${controller.name}, which would make it again as it was: ${insteadOf(controller.kind)}`,
        ];
  const kept = keepers.flatMap(keeper => {
    const mark = markOf(keeper, node);
    return mark === undefined
      ? []
      : [`${what} is kept by ${keeper.who} (${mark}), which would put the old one back: ${keeper.instead}`];
  });
  return [...owner, ...kept];
}

/** The Go controller brings no change of TLS in the template to nodes that are there. */
function insteadOf(kind: string): string {
  return kind === 'SeiNodeDeployment'
    ? 'let its SeiNodes go first (docs/spec/seinodedeployment.md)'
    : 'change the TLS there';
}

/** Owners that do not manage it are lost with the node: an ownerReference is nothing that a manifest says. */
export function ownerWarnings({ metadata }: SeiNode): string[] {
  return (metadata.ownerReferences ?? [])
    .filter(({ controller }) => controller !== true)
    .map(
      ({ kind, name }) =>
        `SeiNode ${metadata.name} has an ownerReference to ${kind} ${name}: the new one has none, set it again where it is meant`,
    );
}

/** By what a keeper is known. */
function markOf({ keys, all, managers }: Keeper, node: SeiNode): string | undefined {
  const { labels, annotations } = node.metadata;
  const marks = { ...annotations, ...labels };
  const found = keys.filter(key => {
    const [name, value] = key.split('=') as [string, string?];
    return Object.hasOwn(marks, name) && (value === undefined || marks[name] === value);
  });
  if (all ? found.length === keys.length : found.length > 0) return found[0];
  const manager = managersOf(node).find(entry => managers.test(String(entry.manager ?? '')));
  return manager && `managedFields of ${manager.manager}`;
}
