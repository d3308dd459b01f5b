/** Moments and days in an organization's time zone (DESIGN 2, Start of access). */

import { serverClock } from "~/api/clock";

/** The present moment, by the server's clock. */
export const now = (): Date => serverClock.now();

export type DateStyle = "date" | "datetime";

/** Write a moment in a zone; a time of day names the zone. */
export function writeDate(instant: Date, style: DateStyle, language: string, timeZone: string): string {
  const options: Intl.DateTimeFormatOptions =
    style === "date"
      ? { day: "numeric", month: "short", year: "numeric" }
      : {
          day: "numeric",
          month: "short",
          year: "numeric",
          hour: "2-digit",
          minute: "2-digit",
          timeZoneName: "short",
        };
  return new Intl.DateTimeFormat(language, { ...options, timeZone }).format(instant);
}

/** The last day on which something works that ends at this moment: an end at midnight is the day before. */
export function lastMomentBefore(end: Date): Date {
  return new Date(end.getTime() - 1000);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

/** Write how far away a moment is, such as "in 3 days". */
export function writeDistance(instant: Date, now: Date, language: string): string {
  const seconds = (instant.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, size] = UNITS.find(([, one]) => Math.abs(seconds) >= one) ?? ["second", 1];
  return format.format(Math.trunc(seconds / size), unit);
}

/** Write a day of the calendar, such as `2027-01-31`: it is the same in every zone. */
export function writeDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** The day of a moment in a zone, as fields for dates have it: `2027-01-31`. */
export function dayIn(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone,
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/**
 * The day after one of the calendar. Where the API takes a date as an end, that is its first moment, at which
 * something has ended; people are asked for the last day.
 */
export function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
