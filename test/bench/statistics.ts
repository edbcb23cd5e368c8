/** The middle one. */
export function median(values: readonly number[]): number {
  return centile(values, 0.5);
}

/** The one that so many are less than. @param of from 0 to 1. */
export function centile(values: readonly number[], of: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * of)] ?? Number.NaN;
}

/** The middle one, with the least and the largest. */
export function spread(values: readonly number[]): string {
  const [least, middle, largest] = [Math.min(...values), median(values), Math.max(...values)];
  return `${shown(middle)} (${shown(least)}–${shown(largest)})`;
}

function shown(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0);
}
