import { eventually } from '../kubectl.ts';
import { namespaces, plain, type Run, secured } from '../run.ts';

/** What is left of nodes that are deleted. */
export async function checkEnd({ kubectl, check }: Run): Promise<void> {
  await check(
    'a node that is deleted takes pod, StatefulSet, Service, ConfigMap and volume claim with it',
    async () => {
      await kubectl.run(['delete', 'seinode', '-n', namespaces.nodes, secured, plain, '--timeout=120s']);
      await eventually(kubectl, 60, async () => {
        const kinds = 'pods,statefulsets,services,configmaps,persistentvolumeclaims';
        const found = await kubectl.run([
          'get',
          kinds,
          '-n',
          namespaces.nodes,
          '-l',
          'sei.io/node',
          '-o',
          'name',
        ]);
        return found === '' ? undefined : `there still are ${found.trim().replaceAll('\n', ', ')}`;
      });
      return undefined;
    },
  );
}
