// Laxer than RFC 3339 where Go's time.Parse is: one digit for the hour, a comma before the fraction, offsets of up
// to 24 hours and 60 minutes.
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * OPA's time.parse_rfc3339_ns: nanoseconds since 1970, undefined outside of a signed 64-bit integer (the years 1677
 * to 2262). Given as JSON text, because they are beyond what a double can hold exactly.
 */
export function nanoseconds(text: string): ArrayBuffer | undefined {
  const match = rfc3339.exec(text);
  const seconds = match && secondsSince1970(match);
  if (seconds === null || seconds === undefined) {
    return undefined;
  }
  const result = BigInt(seconds) * 1_000_000_000n + BigInt((match?.[7] ?? '').padEnd(9, '0'));
  return BigInt.asIntN(64, result) === result ? new TextEncoder().encode(String(result)).buffer : undefined;
}

function secondsSince1970(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const offset = (zoneHours * 60 + zoneMinutes) * (match[8] === '-' ? -60 : 60);
  return exists && hour < 24 && minute < 60 && second < 60 && zoneHours <= 24 && zoneMinutes <= 60
    ? date.getTime() / 1000 - offset
    : undefined;
}

type Six = [number, number, number, number, number, number];
