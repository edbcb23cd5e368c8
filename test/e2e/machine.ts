import type { Kubectl } from './kubectl.ts';

const poolLabel = 'karpenter.sh/nodepool';
const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** What the pods of nodes need of a cluster. */
export type Machine = {
  /** A machine that pods can be scheduled on. */
  readonly name: string;
  /** The node pool that it belongs to, and whether we have to say so. */
  readonly pool: string;
  readonly isLabelled: boolean;
  readonly storageClass: string;
  /** Nothing provisions volumes: we make them. */
  readonly isBare: boolean;
};

type Labelled = {
  readonly metadata: { readonly name: string } & Readonly<Record<'labels' | 'annotations', Labels>>;
};
type Labels = Readonly<Record<string, string>> | undefined;
type Node = Labelled & {
  readonly spec: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly effect: string }[];
  };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
};

/**
 * Finds a machine for the pods, and a class of volumes for them.
 *
 * @param wanted the storage class; undefined: the cluster's default. @throws where no machine takes pods.
 */
export async function findMachine({ run }: Kubectl, wanted?: string): Promise<Machine> {
  const list = async <T>(kind: string): Promise<T[]> =>
    JSON.parse(await run(['get', kind, '-o', 'json'])).items;
  const free = (await list<Node>('nodes')).filter(takesPods);
  const node = free.find(isPooled) ?? free[0];
  if (node === undefined) throw new Error('no node of the cluster is ready and without a taint: add one');
  const classes = await list<Labelled>('storageclasses');
  const standard = classes.find(({ metadata }) => metadata.annotations?.[defaultClass] === 'true');
  const storageClass = wanted ?? standard?.metadata.name;
  return {
    name: node.metadata.name,
    pool: node.metadata.labels?.[poolLabel] ?? 'seinode-e2e',
    isLabelled: isPooled(node),
    storageClass: storageClass ?? 'seinode-e2e',
    isBare: storageClass === undefined,
  };
}

/** Puts a machine into the node pool. */
export async function label({ run }: Kubectl, { name, pool, isLabelled }: Machine): Promise<void> {
  if (!isLabelled) await run(['label', 'node', name, `${poolLabel}=${pool}`]);
}

/** Takes it out again where we put it in. */
export async function unlabel({ run }: Kubectl, { name, isLabelled }: Machine): Promise<void> {
  if (!isLabelled) await run(['label', 'node', name, `${poolLabel}-`]);
}

function takesPods({ spec, status }: Node): boolean {
  const isReady = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const isTainted = spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule') ?? false;
  return isReady && !isTainted && !spec.unschedulable;
}

function isPooled({ metadata }: Labelled): boolean {
  return metadata.labels?.[poolLabel] !== undefined;
}
