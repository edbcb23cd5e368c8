import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import { shown } from '../core/schema/text.ts';
import { UsageError } from './errors.ts';
import type { ClusterFlags } from './options.ts';

/**
 * The contexts that `--context A,B` names, each once, in the order given; one where a context has exactly that name, none
 * where the flag is left out.
 *
 * @throws UsageError where a name among several is empty. @throws ClusterError where the kubeconfig cannot be read.
 */
export function contextsOf({ context, kubeconfig }: ClusterFlags): readonly string[] {
  if (!context) return [];
  // Asked only where it matters: a name may hold a comma of its own.
  if (!context.includes(',') || loadKubeconfig(kubeconfig, process.env).contexts.has(context))
    return [context];
  const names = context.split(',');
  if (names.includes('')) {
    throw new UsageError(`--context ${shown(context)} has an empty name; write --context A,B`);
  }
  return [...new Set(names)];
}

/** For what works on one cluster. @throws UsageError where `--context` names several, also one of them twice. */
export function refuseSeveral(options: ClusterFlags): void {
  const [first, ...others] = contextsOf(options);
  if (others.length > 0 || (first ?? '') !== (options.context ?? '')) {
    throw new UsageError(
      `--context ${shown(options.context)} names several contexts, which only list without -w takes; name one`,
    );
  }
}
