import { objectKey, tlsSecretType } from '../../core/kubernetes.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import type { Line } from './line.ts';
import type { ObjectKind } from './values.ts';

/** Milliseconds that a person waits for a TAB. */
const patience = 1000;

/**
 * Names of objects in the cluster that a command line means (its --context, -n and the like).
 *
 * @throws where the cluster cannot be asked.
 */
export async function namesInCluster(kind: ObjectKind, line: Line): Promise<readonly string[]> {
  const { openCluster } = await import('../../cluster/client.ts');
  const { listAll } = await import('../../cluster/list.ts');
  const { namespaces, pods, secretMetadata, seiNodes } = await import('../../cluster/resource.ts');
  const flag = (name: string) => line.flags.get(name)?.at(-1);
  const asGroup = line.flags.get('as-group');
  const chosen = ['kubeconfig', 'context', 'cluster', 'user', 'as'].map(name => [name, flag(name)] as const);
  const client = openCluster(
    {
      ...Object.fromEntries(chosen.filter(([, value]) => value)),
      ...(asGroup && { asGroup }),
      requestTimeout: patience,
      // A plugin must not ask for a password in the middle of a line.
      stdinTaken: true,
      userAgent: 'kubectl-seinode/completion',
    },
    process.env,
  );
  try {
    const all = kind === 'namespaces' || kind === 'pods' || line.flags.has('all-namespaces');
    const namespace = all ? undefined : flag('namespace') || client.namespace;
    // Of a Secret only its name is asked for.
    const resource = { nodes: seiNodes, namespaces, pods, secrets: secretMetadata }[kind];
    const query = kind === 'secrets' ? { fieldSelector: `type=${tlsSecretType}` } : {};
    const take = kind === 'pods' ? keyOf : nameOf;
    return (await listAll(client, { resource, namespace }, query, take)).items;
  } finally {
    await client.close();
  }
}

function keyOf({ metadata }: Fields): string {
  return isFields(metadata) ? objectKey(String(metadata.namespace), String(metadata.name)) : '';
}

function nameOf({ metadata }: Fields): string {
  return isFields(metadata) ? String(metadata.name) : '';
}
