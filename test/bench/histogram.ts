/** A histogram of Prometheus: how many were at most so large, by upper bound in order. */
export type Histogram = ReadonlyMap<number, number>;

/** The series of a histogram that have these labels, as one. @param text what /metrics answers. */
export function histogramIn(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Histogram {
  const sums = new Map<number, number>();
  for (const line of text.split('\n').filter(line => line.startsWith(`${name}_bucket{`))) {
    if (!Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`))) continue;
    const bound = Number(/le="([^"]+)"/.exec(line)?.[1]?.replace('+Inf', 'Infinity'));
    sums.set(bound, (sums.get(bound) ?? 0) + Number(line.split(' ').at(-1)));
  }
  return new Map([...sums].toSorted(([a], [b]) => a - b));
}

/** What came to it since. */
export function grown(before: Histogram, after: Histogram): Histogram {
  return new Map([...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
}

/** How many were observed. */
export function observed(histogram: Histogram): number {
  return histogram.get(Number.POSITIVE_INFINITY) ?? 0;
}

/** A quantile, as the `histogram_quantile` of Prometheus guesses it: straight between the bounds. */
export function quantile(histogram: Histogram, of: number): number {
  const rank = of * observed(histogram);
  let [lower, below] = [0, 0];
  for (const [bound, count] of histogram) {
    if (count >= rank && count > below) {
      return bound === Number.POSITIVE_INFINITY
        ? lower
        : lower + ((bound - lower) * (rank - below)) / (count - below);
    }
    [lower, below] = [bound, count];
  }
  return Number.NaN;
}
