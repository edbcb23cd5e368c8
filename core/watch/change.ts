import { objectKey } from '../kubernetes.ts';
import { type Fields, isFields } from '../schema/structural.ts';

/** What was heard of a collection. After `listed` nothing older counts: what is not in it is gone. */
export type Change =
  | { readonly type: 'listed'; readonly items: readonly Fields[]; readonly resourceVersion: string }
  | { readonly type: 'applied' | 'deleted'; readonly object: Fields }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** `NAMESPACE/NAME` of an object as the API server sent it; nothing stands for the namespace of what has none. */
export function keyOf(object: Fields): string {
  const { namespace = '', name = '' } = metadataOf(object);
  return objectKey(String(namespace), String(name));
}

/** The moment of an object's last write, or that of its deletion; empty where it says none. */
export function versionOf(object: Fields): string {
  const { resourceVersion } = metadataOf(object);
  return typeof resourceVersion === 'string' ? resourceVersion : '';
}

/** What tells an object from the next of its name. */
export function uidOf(object: Fields): unknown {
  return metadataOf(object).uid;
}

function metadataOf({ metadata }: Fields): Fields {
  return isFields(metadata) ? metadata : {};
}
