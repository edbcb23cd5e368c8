import type { RuledSchema } from '../objects.ts';

/** Every schema within a schema, with its path: `.spec.peers[].static`. */
export function walk(schema: RuledSchema, path = ''): [path: string, schema: RuledSchema][] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([key, below]) => walk(below, `${path}.${key}`)),
    ...(items ? walk(items, `${path}[]`) : []),
    ...(typeof additionalProperties === 'object' ? walk(additionalProperties, `${path}.*`) : []),
  ];
}
