/** Milliseconds of each unit of Go's time.ParseDuration. */
const units = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a span of time as Go writes it, `1h30m` or `-1.5s`. @returns milliseconds; undefined where it is none. */
export function goDuration(text: string): number | undefined {
  const [, sign, spans = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (spans === '0') return 0;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(spans)) return undefined;
  const sum = [...spans.matchAll(/([\d.]+)([a-zµμ]+)/g)].reduce(
    (total, [, number, unit]) => total + Number(number) * units[unit as keyof typeof units],
    0,
  );
  return sign === '-' ? -sum : sum;
}
