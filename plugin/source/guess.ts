import type { Fields } from '../../core/schema/structural.ts';

/**
 * What a text that cannot be read may have been, as far as it concerns the network: a policy, where it speaks of one. A
 * text that nowhere says `NetworkPolicy` is none.
 *
 * @param type what a typed list says of its items. @returns the kind, and the metadata if they can be made out.
 */
export function policyIn(text: string, type: Fields): Fields | undefined {
  if (type.kind !== 'NetworkPolicy' && !text.includes('NetworkPolicy')) return undefined;
  const metadata = metadataIn(text);
  return { kind: 'NetworkPolicy', ...(metadata && { metadata }) };
}

/** The metadata of one object in block style; where they name no namespace, it may be what cannot be read. */
function metadataIn(text: string): Fields | undefined {
  const lines = text.split(/\r?\n/);
  const [at = -1, ...more] = lines.flatMap((line, at) => (/^[ -]*metadata:/.test(line) ? [at] : []));
  if (at < 0 || more.length > 0) return undefined;
  const depth = indentation(lines[at]!);
  const below = lines.slice(at + 1).findIndex(line => line.trim() !== '' && indentation(line) <= depth);
  const block = lines.slice(at + 1, below < 0 ? undefined : at + 1 + below);
  const namespace = written(block, 'namespace');
  return namespace === undefined ? undefined : { name: written(block, 'name'), namespace };
}

function indentation(line: string): number {
  return line.search(/[^ -]|$/);
}

function written(block: readonly string[], key: string): string | undefined {
  const line = new RegExp(`^ +${key}: *(["']?)([a-z0-9][-.a-z0-9]*)\\1 *$`);
  return block.map(text => line.exec(text)?.[2]).find(value => value !== undefined);
}
