import { type Document, isAlias, isMap, isScalar, isSeq, visit, type YAMLMap } from 'yaml';

type OddKey = { readonly offset: number; readonly error: string };

/**
 * The first key of a document that kubectl would read otherwise than it looks: a null or complex one, which it
 * refuses, or one above a `<<` that brings the same key, which the merged value then replaces in go-yaml v2.
 */
export function oddKey(tree: Document.Parsed): OddKey | undefined {
  let odd: OddKey | undefined;
  visit(tree, {
    Map(_, map) {
      odd = oddIn(map, tree);
      return odd === undefined ? undefined : visit.BREAK;
    },
  });
  return odd;
}

function oddIn(map: YAMLMap, tree: Document.Parsed): OddKey | undefined {
  const above = new Set<string>();
  for (const { key, value } of map.items) {
    const offset = (isScalar(key) ? key : map).range?.[0] ?? 0;
    if (!isAlias(key) && (!isScalar(key) || key.value === null)) {
      return { offset, error: 'a key is null or not a single value: kubectl refuses it' };
    }
    if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
      const hidden = mergedKeys(value, tree).find(name => above.has(name));
      if (hidden !== undefined) {
        return {
          offset,
          error: 'a merge key brings a key that is written above it, and replaces it in kubectl: move << up',
        };
      }
    } else if (isScalar(key)) above.add(String(key.value));
  }
  return undefined;
}

function mergedKeys(value: unknown, tree: Document.Parsed): string[] {
  const node = isAlias(value) ? value.resolve(tree) : value;
  if (isSeq(node)) return node.items.filter(item => !isSeq(item)).flatMap(item => mergedKeys(item, tree));
  return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : '')) : [];
}
