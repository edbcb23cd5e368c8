const [minute, hour, day, year] = [60, 3600, 86_400, 31_536_000] as const;

/** Milliseconds: no timer of Node holds more. */
export const longestTimer = 2 ** 31 - 1;

type Step = {
  /** Spans of fewer seconds are written in `unit`, and what is left in `rest`, where there is one. */
  readonly below: number;
  readonly unit: readonly [seconds: number, name: string];
  readonly rest?: readonly [seconds: number, name: string];
};

const steps: readonly Step[] = [
  { below: 2 * minute, unit: [1, 's'] },
  { below: 10 * minute, unit: [minute, 'm'], rest: [1, 's'] },
  { below: 3 * hour, unit: [minute, 'm'] },
  { below: 8 * hour, unit: [hour, 'h'], rest: [minute, 'm'] },
  { below: 2 * day, unit: [hour, 'h'] },
  { below: 8 * day, unit: [day, 'd'], rest: [hour, 'h'] },
  { below: 2 * year, unit: [day, 'd'] },
  { below: 8 * year, unit: [year, 'y'], rest: [day, 'd'] },
];
const years: Step = { below: Number.POSITIVE_INFINITY, unit: [year, 'y'] };

/**
 * A span of time as kubectl shows an age: `90s`, `5m30s`, `12d`, `3y40d`, `29y`; a year has 365 days.
 *
 * @param milliseconds the span; its sign does not matter.
 */
export function shortDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const { unit, rest } = steps.find(({ below }) => seconds < below) ?? years;
  const left = rest === undefined ? '' : counted(seconds % unit[0], rest);
  return counted(seconds, unit) + (/^0/.test(left) ? '' : left);
}

function counted(seconds: number, [unit, name]: Step['unit']): string {
  return `${Math.floor(seconds / unit)}${name}`;
}
