import { loadKubeconfig } from '../../cluster/kubeconfig.ts';
import type { Line } from './line.ts';

/**
 * Names in the kubeconfig that a command line means: --kubeconfig, else KUBECONFIG, else ~/.kube/config.
 *
 * @throws where it cannot be read.
 */
export function namesInKubeconfig(list: 'contexts' | 'clusters' | 'users', line: Line): readonly string[] {
  const kubeconfig = loadKubeconfig(line.flags.get('kubeconfig')?.at(-1), process.env);
  return [...kubeconfig[list].keys()].filter(name => safeName.test(name));
}

/** People choose these names freely; what a shell would act on is not proposed. */
const safeName = /^[\p{L}\p{N}_@%+=:,./][\p{L}\p{N} _@%+=:,./-]*$/u;
