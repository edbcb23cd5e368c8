const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const part = '(?:\\d+(?:\\.\\d*)?|\\.\\d+)';
const whole = new RegExp(`^[+-]?(?:0|(?:${part}(?:ns|us|µs|μs|ms|s|m|h))+)$`);

/** Nanoseconds of a duration as Go writes it (time.ParseDuration); undefined where it is none, or longer than Go takes. */
export function goDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  const parts = text.matchAll(new RegExp(`(${part})([a-zµμ]+)`, 'g'));
  const nanoseconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
  if (nanoseconds >= 2 ** 63) return undefined;
  return text.startsWith('-') ? -nanoseconds : nanoseconds;
}
