import type { Client } from '../cluster/client.ts';
import { defaultParameters } from '../core/network/network-policy.ts';
import { UsageError } from './errors.ts';
import { type CommonOptions, verbosity } from './options.ts';
import { type ReadParameters, readParameters } from './source/parameters.ts';
import type { Terminal } from './terminal.ts';

/**
 * Who may connect (contract §6): as `--parameters` says, else as the operator's ConfigMap does where a cluster is read
 * and lets it be seen, else by default. `-v 1` says which it is of the last two.
 *
 * @param client absent where files are read. @throws UsageError
 */
export async function parametersFor(
  options: CommonOptions<string> & { readonly parameters?: string },
  terminal: Terminal,
  client: Client | undefined,
): Promise<ReadParameters> {
  const { parameters: file, filename } = options;
  if (file === '-' && filename?.includes('-')) {
    throw new UsageError('-f and --parameters cannot both read standard input; name a file for one of them');
  }
  if (file !== undefined || client === undefined) return readParameters(file, terminal.stdin);
  const { operatorsConfigMap, readOperatorsParameters } = await import('./source/operator-parameters.ts');
  const found = await readOperatorsParameters(client);
  if (verbosity(options) > 0) {
    const source = found ? operatorsConfigMap : `the defaults, there is no ${operatorsConfigMap} to be read`;
    terminal.error(`parameters: ${source}`);
  }
  return found ?? { parameters: defaultParameters, faults: [] };
}
