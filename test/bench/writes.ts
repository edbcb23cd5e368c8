import type { API } from '../control-plane/api.ts';

/** How often something was written so far: `PATCH seinodes/status` and the like. */
export type Writes = ReadonlyMap<string, number>;

/** Every write that the API server counted since its start (`apiserver_request_total`), refused ones too. */
export async function writesSoFar(call: API['call']): Promise<Writes> {
  const { body } = await call('GET', '/metrics');
  const writes = new Map<string, number>();
  for (const [, labels = '', count] of String(body).matchAll(/^apiserver_request_total\{(.*)\} (\S+)$/gm)) {
    const { verb = '', resource = '', subresource } = labelsIn(labels);
    if (!/^(POST|PUT|PATCH|APPLY|DELETE)$/.test(verb)) continue;
    const what = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
    writes.set(what, (writes.get(what) ?? 0) + Number(count));
  }
  return writes;
}

/**
 * The writes between two moments that are a controller's of nodes. The API server does not count by who asks, but what
 * kube-controller-manager writes to the same kinds is known: it binds claims (PUT) and says how its objects are
 * (their status). Events and Leases are apart; so are pods, which kwok deletes as well; nodes are created by the bench.
 */
export function controllerWrites(before: Writes, after: Writes): Map<string, number> {
  const kinds = 'persistentvolumeclaims|configmaps|statefulsets|services';
  const isOfController = new RegExp(
    `^((PUT|PATCH|APPLY|DELETE) seinodes(/status)?|(POST|PATCH|APPLY|DELETE) (${kinds})|PUT (configmaps|statefulsets|services))$`,
  );
  const grown = [...after].map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const);
  return new Map(grown.filter(([what, count]) => count > 0 && isOfController.test(what)));
}

/** All of them together. */
export function total(writes: Writes): number {
  return [...writes.values()].reduce((sum, count) => sum + count, 0);
}

function labelsIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}
