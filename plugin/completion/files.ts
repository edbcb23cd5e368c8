import { isFields } from '../../core/schema/structural.ts';
import { documentsOf } from '../source/documents.ts';
import { type Identity, identityOf, isNode } from '../source/identity.ts';
import { readInputs } from '../source/inputs.ts';
import { cutJSON } from '../source/json.ts';
import { valuesOf } from '../source/values.ts';
import type { Line } from './line.ts';

/** Milliseconds after which the names found so far must do. */
const patience = 1000;

/**
 * Names of the SeiNodes in the files that a command line means (`-f`), or of their namespaces. Standard input is left
 * alone: what is piped in comes only once the line is entered.
 */
export async function namesInFiles(kind: 'nodes' | 'namespaces', line: Line): Promise<readonly string[]> {
  const inputs = line.flags.get('filename')?.filter(input => input !== '-') ?? [];
  const wanted = line.flags.has('all-namespaces') ? undefined : line.flags.get('namespace')?.at(-1);
  const names = new Set<string>();
  const late = performance.now() + patience;
  for await (const { namespace, name } of nodesOf(inputs)) {
    if (kind === 'namespaces') names.add(namespace);
    else if (wanted === undefined || wanted === namespace) names.add(name);
    if (performance.now() > late) break;
  }
  return [...names];
}

async function* nodesOf(inputs: readonly string[]): AsyncGenerator<Identity> {
  for await (const input of readInputs(inputs, async () => new Uint8Array())) {
    if (!('message' in input)) yield* nodesIn(input.file, input.text);
  }
}

/** Documents without any are not even parsed. A faulty node is one as well: somebody may want to inspect it. */
function* nodesIn(file: string, text: string): Generator<Identity> {
  for (const document of documentsOf(file, text)) {
    if ('error' in document || !document.text.includes('SeiNode')) continue;
    for (const chunk of cutJSON(document)) {
      for (const found of valuesOf(chunk)) {
        const identity = 'value' in found && isFields(found.value) ? identityOf(found.value) : undefined;
        if (identity && !('message' in identity) && isNode(identity.apiVersion, identity.kind))
          yield identity;
      }
    }
  }
}
