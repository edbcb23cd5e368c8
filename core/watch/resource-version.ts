/**
 * Whether one resourceVersion is of an earlier moment than another. Those of one resource compare as integers
 * (Kubernetes API concepts, resource versions); of anything that is none, nothing is known, and the answer is no.
 */
export function isOlder(one: string, other: string): boolean {
  if (!wellFormed.test(one) || !wellFormed.test(other)) return false;
  // They may be longer than a number of JavaScript is exact.
  return one.length === other.length ? one < other : one.length < other.length;
}

const wellFormed = /^(?:0|[1-9]\d*)$/;
