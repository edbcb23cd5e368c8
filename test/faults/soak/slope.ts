/** What was seen of a process at a moment: seconds since the first, and figures by their names. */
export type Sample = { readonly at: number } & Readonly<Record<string, number>>;

/** By how much a figure grows an hour: the slope of the line that is nearest to all samples (least squares). */
export function slopeOf(samples: readonly Sample[], figure: string): number {
  const mean = (of: string) => samples.reduce((sum, sample) => sum + sample[of]!, 0) / samples.length;
  const [at, value] = [mean('at'), mean(figure)];
  const product = (sample: Sample) => (sample.at - at) * (sample[figure]! - value);
  const sum = (of: (sample: Sample) => number) => samples.reduce((all, sample) => all + of(sample), 0);
  return (3600 * sum(product)) / sum(sample => (sample.at - at) ** 2);
}
