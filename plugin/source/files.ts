import { documentsOf } from './documents.ts';
import type { Fleet } from './fleet.ts';
import { Gathering } from './gather.ts';
import { readInputs } from './inputs.ts';
import { cutJSON } from './json.ts';
import { valuesOf } from './values.ts';

/**
 * Reads manifests in place of a cluster. `inputs` are the values of `-f`: FILE, DIR (recursive) or `-`; `stdin` is
 * asked at most once. What cannot be read or decoded is a fault of the fleet; nothing is thrown.
 */
export async function readFleet(
  inputs: readonly string[],
  options: { readonly stdin: () => Promise<Uint8Array> },
): Promise<Fleet> {
  const gathering = new Gathering();
  for await (const input of readInputs(inputs, options.stdin)) {
    if ('message' in input) gathering.unread(input);
    else readText(input.file, input.text, gathering);
  }
  if (gathering.empty) {
    gathering.faults.push({
      ...(inputs[0] === undefined ? {} : { file: inputs[0] }),
      message: 'no object was found: manifests of SeiNodes and Secrets are expected',
    });
  }
  return gathering.fleet();
}

function readText(file: string, text: string, gathering: Gathering): void {
  for (const document of documentsOf(file, text)) {
    if ('error' in document) gathering.take(document);
    else for (const chunk of cutJSON(document)) for (const value of valuesOf(chunk)) gathering.take(value);
  }
}
