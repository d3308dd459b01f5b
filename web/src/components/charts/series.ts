/** The figures of the charts: the days of the summary, put together so that a chart has few enough columns. */

import type { Schema } from "~/api/types";

type Day = Schema<"Day">;

/** Some days in a row, as one column of a chart. */
export interface Bucket {
  from: string;
  to: string;
  days: readonly Day[];
  /** The place of the last day among all. */
  last: number;
}

const MOST_DAYS = 31;
const MOST_WEEKS = 190;
const WEEK = 7;
const MONTH_LENGTH = "2027-01".length;

/** Days up to a month, weeks up to half a year, else months of the calendar. */
export function bucketsOf(days: readonly Day[]): Bucket[] {
  const groups = new Map<string, Day[]>();
  days.forEach((day, index) => {
    const key = keyOf(day.day, days.length - 1 - index, days.length);
    groups.set(key, [...(groups.get(key) ?? []), day]);
  });
  let seen = 0;
  return [...groups.values()].map((group) => {
    seen += group.length;
    return { from: group[0]?.day ?? "", to: group.at(-1)?.day ?? "", days: group, last: seen - 1 };
  });
}

function keyOf(day: string, daysAgo: number, length: number): string {
  if (length <= MOST_DAYS) return day;
  // Weeks end on the last day, so that the newest is a whole one.
  return length <= MOST_WEEKS ? `week ${Math.floor(daysAgo / WEEK)}` : day.slice(0, MONTH_LENGTH);
}

/** What a chart draws in one color: a value for each bucket. */
export interface Series {
  key: string;
  name: string;
  values: readonly number[];
  /** Of the palette of the charts. */
  color: string;
  /** Where those behind the number are listed. */
  to?: string;
}

/** What an invite can come to, and the color of each. */
export const OUTCOMES = ["accepted", "declined", "expired", "withdrawn"] as const;
export const OUTCOME_COLORS = {
  accepted: "green",
  declined: "slate",
  expired: "amber",
  withdrawn: "violet",
} as const;

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Add up a figure of the days of each bucket. */
export const perBucket = (buckets: readonly Bucket[], figure: (day: Day) => number): number[] =>
  buckets.map(({ days }) => sumOf(days.map(figure)));

const MOST_LINES = 6;

/** Seats in use by license at the end of each bucket: those with the most, and the others together. */
export function seatsPerBucket(
  buckets: readonly Bucket[],
  used: readonly Schema<"SeatsUsed">[],
): { license: string | null; product: string; values: number[] }[] {
  const lines = used
    .map(({ license, product, seats }) => ({
      license: license as string | null,
      product,
      values: buckets.map(({ last }) => seats[last] ?? 0),
    }))
    .filter(({ values }) => values.some((value) => value > 0))
    .sort((one, other) => (other.values.at(-1) ?? 0) - (one.values.at(-1) ?? 0));
  if (lines.length <= MOST_LINES) return lines;
  const rest = lines.slice(MOST_LINES - 1);
  const together = buckets.map((_, index) => sumOf(rest.map(({ values }) => values[index] ?? 0)));
  return [...lines.slice(0, MOST_LINES - 1), { license: null, product: "", values: together }];
}

/** Steps of an axis from zero to at least the highest value: three to six round numbers. */
export function stepsTo(highest: number): number[] {
  const top = Math.max(1, highest);
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough,
  );
  const count = Math.ceil(top / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Ranges of whole days between invite and acceptance, each from its first day to the next one's. */
export const WAITS = ["0", "1", "2-3", "4-7", "8-14", "15+"] as const;
const FIRST_DAYS = [0, 1, 2, 4, 8, 15];

export interface Waits {
  people: number;
  /** Within how many days half of them accepted; null where nobody did. */
  median: number | null;
  ranges: { range: (typeof WAITS)[number]; people: number }[];
}

export function waitsOf(waits: readonly Schema<"Wait">[]): Waits {
  const sorted = [...waits].sort((one, other) => one.days - other.days);
  const people = sumOf(sorted.map(({ count }) => count));
  let seen = 0;
  const middle = sorted.find(({ count }) => {
    seen += count;
    return seen * 2 >= people;
  });
  return {
    people,
    median: people > 0 ? (middle?.days ?? null) : null,
    ranges: WAITS.map((range, index) => ({
      range,
      people: sumOf(
        sorted
          .filter(
            ({ days }) => days >= (FIRST_DAYS[index] ?? 0) && days < (FIRST_DAYS[index + 1] ?? Infinity),
          )
          .map(({ count }) => count),
      ),
    })),
  };
}
