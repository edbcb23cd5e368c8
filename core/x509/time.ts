import type { DER } from './der.ts';
import { GENERALIZED_TIME, UTC_TIME } from './tags.ts';
import { latin1 } from './text.ts';

/** A point in time: RFC 3339 text in the offset it was encoded with, and seconds since 1970-01-01T00:00:00Z. */
export type Time = { readonly text: string; readonly unix: number };

/**
 * Reads a Time (RFC 5280 §4.1.2.5). Laxer than the RFC where Go is: a UTCTime may leave its seconds out, and both
 * kinds may carry an offset such as +0130, but never +0000. Two-digit years 50 to 99 are 1950 to 1999.
 */
export function readTime(from: DER): Time | undefined {
  const value = from.any();
  if (value?.tag === UTC_TIME) return utcTime(value);
  return value?.tag === GENERALIZED_TIME ? generalizedTime(value) : undefined;
}

function utcTime(value: DER): Time | undefined {
  const text = latin1(value.content);
  const century = text < '5' ? '20' : '19';
  const match = /^(\d{10})(\d\d)?(Z|[+-]\d{4})$/.exec(text);
  return match ? time(century + match[1]! + (match[2] ?? '00'), match[3]!) : undefined;
}

function generalizedTime(value: DER): Time | undefined {
  const match = /^(\d{14})(Z|[+-]\d{4})$/.exec(latin1(value.content));
  return match ? time(match[1]!, match[2]!) : undefined;
}

// `digits` is YYYYMMDDhhmmss, `zone` Z or an offset.
function time(digits: string, zone: string): Time | undefined {
  const [year, month, day] = [number(digits, 0, 4), number(digits, 4, 6), number(digits, 6, 8)];
  const [hour, minute, second] = [number(digits, 8, 10), number(digits, 10, 12), number(digits, 12, 14)];
  const offset = zone === 'Z' ? 0 : offsetMinutes(zone);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  const clock = `${digits.slice(8, 10)}:${digits.slice(10, 12)}:${digits.slice(12, 14)}`;
  return {
    text: `${date}T${clock}${zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`}`,
    unix: ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second,
  };
}

// 24 hours are let through, as Go does; zero has to be written Z.
function offsetMinutes(zone: string): number | undefined {
  const [hours, minutes] = [number(zone, 1, 3), number(zone, 3, 5)];
  if (hours > 24 || minutes > 59 || hours + minutes === 0) return undefined;
  return (hours * 60 + minutes) * (zone[0] === '-' ? -1 : 1);
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function daysSince1970(year: number, month: number, day: number): number {
  // Date.UTC reads years below 100 as 19xx; the calendar repeats every 400 years, which are 146,097 days.
  return Date.UTC(year + 400, month - 1, day) / 86_400_000 - 146_097;
}

function number(text: string, from: number, to: number): number {
  return Number(text.slice(from, to));
}
