import { defaultParameters, type PolicyParameters } from '../../core/network/network-policy.ts';
import { decodeParameters } from '../../core/network/parameters.ts';
import { documentsOf } from './documents.ts';
import type { Fault } from './fleet.ts';
import { readInputs } from './inputs.ts';
import { lineOfField } from './place.ts';
import { type Found, type Unread, valuesOf } from './values.ts';

/** Who may connect, and what is wrong with the file that says so; with faults the parameters are not to be used. */
export type ReadParameters = { readonly parameters: PolicyParameters; readonly faults: readonly Fault[] };

/**
 * Reads what `--parameters` names (contract §6); the defaults where it is left out. The file holds that document alone.
 */
export async function readParameters(
  file: string | undefined,
  stdin: () => Promise<Uint8Array>,
): Promise<ReadParameters> {
  if (file === undefined) return { parameters: defaultParameters, faults: [] };
  for await (const input of readInputs([file], stdin)) {
    return 'message' in input ? failed(input) : parseParameters(file, input.text);
  }
  return failed({ file, message: 'names no file' });
}

/** Reads a text that holds that document alone. @param file what it is called in faults. */
export function parseParameters(file: string, text: string): ReadParameters {
  const found = valuesIn(file, text);
  const [first, second] = found;
  if (first === undefined || second !== undefined) {
    return failed({ file, message: `one document is expected, PolicyParameters, not ${found.length}` });
  }
  return parametersOf(first);
}

function valuesIn(file: string, text: string): (Found | Unread)[] {
  return [...documentsOf(file, text)].flatMap(document =>
    'error' in document ? [document] : [...valuesOf(document)],
  );
}

function parametersOf(found: Found | Unread): ReadParameters {
  if ('error' in found) return failed({ file: found.file, line: found.line, message: found.error });
  const { written, value } = found;
  const { faults, parameters } = decodeParameters(value);
  const { file } = written.chunk;
  return {
    parameters,
    faults: faults.map(({ field, message }) => ({
      file,
      line: lineOfField(written, field),
      ...(field !== '' && { field }),
      message,
    })),
  };
}

function failed(fault: Fault): ReadParameters {
  return { parameters: defaultParameters, faults: [fault] };
}
