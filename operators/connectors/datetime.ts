/**
 * Points in time, written as text (ISO 8601).
 *
 * @module
 */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** What we write ourselves: not so few digits that it may be a year or a date without hyphens. */
const MILLISECONDS = /^\d{9,15}$/;

/** How a point in time is written, for hints. */
export const DATETIME_HINT = "Write it as 2026-11-21 or 2026-11-21T20:15:00Z, a zone as +01:00";

/** The beginning of the year 0, the first that four digits can write. */
const EARLIEST = -62_167_219_200_000;
/** The most that fifteen digits can write, which is far beyond the last year of four. */
const LATEST = 999_999_999_999_999;
/** The last millisecond of the year 9999. */
const LAST_ISO = 253_402_300_799_999;

/** Whether a number is a point in time as we write it ourselves. */
export function isMilliseconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= EARLIEST && value as number <= LATEST;
}

/** A text that `parseDatetime` reads as this number. */
export function datetimeText(ms: number): string {
  return ms <= LAST_ISO ? new Date(ms).toISOString() : String(ms);
}

/**
 * Milliseconds since 1970 of a date, or a date and a time of day. Without a zone it is UTC; digits beyond
 * milliseconds are cut off. Nine digits and more are milliseconds as they are. Undefined when it is none: a 30th of February is not moved to March.
 */
export function parseDatetime(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return MILLISECONDS.test(text) ? Number(text) : undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) =>
    Number(part ?? 0)
  );
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  // Date.UTC would take the years up to 99 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = zoneMinutes(match[8] ?? "Z");
  if (offset === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + ms;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", ""));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
}
