import { objectKey, tlsSecretType } from '../../core/kubernetes.ts';
import { type Fields, isFields } from '../../core/schema/structural.ts';
import { documentsOf } from '../source/documents.ts';
import { type Identity, identityOf, isNode, isSecret } from '../source/identity.ts';
import { readInputs } from '../source/inputs.ts';
import { cutJSON } from '../source/json.ts';
import { valuesOf } from '../source/values.ts';
import type { Line } from './line.ts';
import type { ObjectKind } from './values.ts';

/** Milliseconds after which the names found so far must do. */
const patience = 1000;

/**
 * Names of objects in the files that a command line means (`-f`); namespaces are those of SeiNodes. Standard input is left
 * alone: what is piped in comes only once the line is entered.
 */
export async function namesInFiles(kind: ObjectKind, line: Line): Promise<readonly string[]> {
  const inputs = line.flags.get('filename')?.filter(input => input !== '-') ?? [];
  const wanted = line.flags.has('all-namespaces') ? undefined : line.flags.get('namespace')?.at(-1);
  const names = new Set<string>();
  const late = performance.now() + patience;
  for await (const { namespace, name } of objectsOf(inputs, wantedOf[kind])) {
    if (kind === 'pods') names.add(objectKey(namespace, name));
    else if (kind === 'namespaces') names.add(namespace);
    else if (wanted === undefined || wanted === namespace) names.add(name);
    if (performance.now() > late) break;
  }
  return [...names];
}

/** Whether an object is of the kind that is wanted, and what its document cannot be without. */
type Wanted = { readonly word: string; readonly is: (identity: Identity, value: Fields) => boolean };

const nodes: Wanted = { word: 'SeiNode', is: ({ apiVersion, kind }) => isNode(apiVersion, kind) };
const pods: Wanted = { word: 'Pod', is: ({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Pod' };
const secrets: Wanted = {
  word: 'Secret',
  is: ({ apiVersion, kind }, { type }) => isSecret(apiVersion, kind) && type === tlsSecretType,
};
const wantedOf: Readonly<Record<ObjectKind, Wanted>> = { nodes, namespaces: nodes, pods, secrets };

async function* objectsOf(inputs: readonly string[], wanted: Wanted): AsyncGenerator<Identity> {
  for await (const input of readInputs(inputs, async () => new Uint8Array())) {
    if (!('message' in input)) yield* objectsIn(input.file, input.text, wanted);
  }
}

/** Documents without any are not even parsed. A faulty one is one as well: somebody may want to inspect it. */
function* objectsIn(file: string, text: string, { word, is }: Wanted): Generator<Identity> {
  for (const document of documentsOf(file, text)) {
    if ('error' in document || !document.text.includes(word)) continue;
    for (const chunk of cutJSON(document)) {
      for (const found of valuesOf(chunk)) {
        if (!('value' in found && isFields(found.value))) continue;
        const identity = identityOf(found.value);
        if (!('message' in identity) && is(identity, found.value)) yield identity;
      }
    }
  }
}
