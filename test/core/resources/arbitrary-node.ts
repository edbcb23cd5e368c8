import fc from 'fast-check';
import crd from '../../../core/schema/seinode.json' with { type: 'json' };
import { validateSeiNode } from '../../../core/schema/seinode.ts';
import type { Schema } from '../../../core/schema/structural.ts';
import { modes, type SeiNode } from '../../../core/seinode.ts';
import { stored } from './nodes.ts';

const { archive, fullNode, replayer, validator, ...others } = crd.properties.spec.properties;
const required = crd.properties.spec.required;
const modeSchemas: Readonly<Record<string, Schema>> = { archive, fullNode, replayer, validator };
/** Of these fields the CRD's rules take exactly one, or all or none. */
const exclusive = [['ec2Tags', 'static', 'label'], ['s3', 'stateSync'], ['secret']];
const paired = ['signingKey', 'nodeKey'];

const amount = fc.stringMatching(/^[0-9]{1,3}(\.[0-9]{0,3})?([KMG]i|[mkMG])?$/);
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);

/** SeiNodes that the API server accepts: of the CRD's schema, with any of its fields, in one of the four modes. */
export const arbitraryNode: fc.Arbitrary<SeiNode> = fc
  .tuple(name, name, fc.oneof(...modes.map(spec)))
  .map(([name, namespace, spec]) =>
    stored({
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name, namespace },
      spec,
    } as SeiNode),
  )
  .filter(node => validateSeiNode(node).faults.length === 0);

function spec(mode: string): fc.Arbitrary<unknown> {
  const properties = { ...others, [mode]: modeSchemas[mode]! };
  return arbitrary({
    type: 'object',
    properties,
    required: [...required, mode, ...(mode === 'replayer' ? ['peers'] : [])],
  });
}

/** Values of a structural schema. */
function arbitrary(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema['x-kubernetes-int-or-string']) return fc.oneof(fc.nat(9), amount);
  if (schema.type === 'string') return text(schema);
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? -2, max: 70_000 });
  if (schema.type === 'array') {
    const minLength = schema.minItems ?? 0;
    return fc.array(arbitrary(schema.items ?? {}), { minLength, maxLength: minLength + 2 });
  }
  return schema.properties === undefined ? entries(schema) : record(schema.properties, schema.required ?? []);
}

function record(
  properties: NonNullable<Schema['properties']>,
  required: readonly string[],
): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, child]) => [key, arbitrary(child)]),
  );
  const any = (keys: readonly string[]) => fc.record(fields, { requiredKeys: keys as never[] });
  const one = exclusive.find(keys => keys.every(key => key in fields));
  if (one !== undefined) {
    const others = (chosen: string) => one.filter(key => key !== chosen);
    return fc.oneof(
      ...one.map(chosen => any([...required, chosen]).map(object => without(object, others(chosen)))),
    );
  }
  if (!paired.every(key => key in fields)) return any(required);
  return fc.oneof(
    any([...required, ...paired]),
    any(required).map(object => without(object, paired)),
  );
}

function without(object: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function text({ pattern, minLength = 0 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(text => text.length <= 64);
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,18}[a-z0-9]$/);
  return fc.oneof({ arbitrary: word, weight: 30 }, fc.string({ unit: 'binary', minLength, maxLength: 80 }));
}

function entries({ additionalProperties, minProperties = 0 }: Schema): fc.Arbitrary<object> {
  if (additionalProperties === undefined) return fc.constant({});
  const key = fc.oneof(
    fc.constantFrom('cpu', 'memory', 'ephemeral-storage'),
    fc.stringMatching(/^[a-z]{1,6}$/),
  );
  return fc.dictionary(key, arbitrary(additionalProperties), { minKeys: minProperties, maxKeys: 3 });
}
