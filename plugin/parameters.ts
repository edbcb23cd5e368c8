import type { Client } from '../cluster/client.ts';
import { objectKey } from '../core/kubernetes.ts';
import { defaultParameters, type PolicyParameters } from '../core/network/network-policy.ts';
import { decodeParameters } from '../core/network/parameters.ts';
import { operatorNamespace } from '../core/toggle/operator.ts';
import { InputError, UsageError } from './errors.ts';
import { type CommonOptions, verbosity } from './options.ts';
import { faultText } from './output/problems.ts';
import { documentsOf } from './source/documents.ts';
import type { Fault } from './source/fleet.ts';
import { type Input, readInputs } from './source/inputs.ts';
import { lineOfField } from './source/place.ts';
import { valuesOf } from './source/values.ts';
import type { Terminal } from './terminal.ts';

/** What `--parameters` adds to a reading command. */
export type ParameterOptions = CommonOptions<string> & {
  /** The file that says who may connect. */
  readonly parameters?: string;
};

const configMap = 'seinode-policy';
const key = 'parameters.yaml';

/**
 * Who may connect (contract §6): as `--parameters` says, else the operator's ConfigMap where a cluster is read and lets
 * it be seen, else the defaults. `-v 1` says which.
 *
 * @param client absent where files are read.
 * @throws InputError for a document that is wrong: judging by other parameters than were meant would be worse.
 */
export async function readParameters(
  options: ParameterOptions,
  terminal: Terminal,
  client?: Client,
): Promise<PolicyParameters> {
  const { parameters: file, filename } = options;
  if (file === '-' && filename?.includes('-')) {
    throw new UsageError('-f and --parameters cannot both read standard input; name a file for one of them');
  }
  if (file !== undefined) return parametersIn(await inputOf(file, terminal));
  const text = client && (await operatorsText(client));
  if (verbosity(options) > 0) terminal.error(`parameters: ${sourceOf(client, text)}`);
  return text === undefined ? defaultParameters : parametersIn({ file: `${configMapName}, ${key}`, text });
}

const configMapName = `the ConfigMap ${objectKey(operatorNamespace, configMap)}`;

function sourceOf(client: Client | undefined, text: string | undefined): string {
  if (text !== undefined) return configMapName;
  return client === undefined ? 'the defaults' : `the defaults, because ${configMapName} is not to be read`;
}

async function inputOf(file: string, { stdin }: Terminal): Promise<Input> {
  for await (const input of readInputs([file], stdin)) {
    if ('text' in input) return input;
    throw fault(input);
  }
  throw new UsageError('--parameters "" names no file; write --parameters FILE');
}

function parametersIn({ file, text }: Input): PolicyParameters {
  const found = [...documentsOf(file, text)].flatMap(document =>
    'error' in document ? [document] : [...valuesOf(document)],
  );
  const [first, second] = found;
  if (first === undefined || second !== undefined) {
    throw fault({ file, message: 'must hold one document, of kind PolicyParameters' });
  }
  if ('error' in first) throw fault({ ...first, message: first.error });
  const { faults, parameters } = decodeParameters(first.value);
  const [wrong] = faults;
  if (wrong === undefined) return parameters;
  const { field, message } = wrong;
  throw fault({ file, line: lineOfField(first.written, field), ...(field !== '' && { field }), message });
}

function fault(fault: Fault): InputError {
  return new InputError(faultText(fault));
}

/** What the operator goes by; undefined where it has nothing of its own, or the caller may not see it. */
async function operatorsText(client: Client): Promise<string | undefined> {
  const { readOperatorsParameters } = await import('./source/operator-parameters.ts');
  return readOperatorsParameters(client, { namespace: operatorNamespace, name: configMap, key });
}
