/** The figures of the charts, from the days of the summary. */

import type { Schema } from "~/api/types";

export const OUTCOMES = ["accepted", "declined", "expired", "withdrawn"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How many invites of the period went out, and what became of invites in it. */
export function totalsOf(days: readonly Schema<"Day">[]): Record<Outcome | "invited", number> {
  const totals = { invited: 0, accepted: 0, declined: 0, expired: 0, withdrawn: 0 };
  for (const day of days) {
    totals.invited += day.invited;
    for (const outcome of OUTCOMES) totals[outcome] += day[outcome];
  }
  return totals;
}

/** The most that a column of the chart stands for. */
export function highestOf(days: readonly Schema<"Day">[]): number {
  const outcomes = (day: Schema<"Day">) => OUTCOMES.reduce((sum, outcome) => sum + day[outcome], 0);
  return Math.max(1, ...days.map((day) => Math.max(day.invited, outcomes(day))));
}

/** Ranges of whole days between invite and acceptance, each from its first day to the next one's. */
export const RANGES = ["0", "1", "2-3", "4-7", "8+"] as const;
const FIRST_DAYS = [0, 1, 2, 4, 8];

export interface Waits {
  people: number;
  /** Within how many days half of them accepted; null where nobody did. */
  median: number | null;
  ranges: { range: (typeof RANGES)[number]; people: number }[];
}

export function waitsOf(waits: readonly Schema<"Wait">[]): Waits {
  const sorted = [...waits].sort((one, other) => one.days - other.days);
  const people = sorted.reduce((sum, wait) => sum + wait.count, 0);
  let seen = 0;
  const middle = sorted.find((wait) => {
    seen += wait.count;
    return seen * 2 >= people;
  });
  return {
    people,
    median: people > 0 ? (middle?.days ?? null) : null,
    ranges: RANGES.map((range, index) => ({
      range,
      people: sorted
        .filter(({ days }) => days >= (FIRST_DAYS[index] ?? 0) && days < (FIRST_DAYS[index + 1] ?? Infinity))
        .reduce((sum, wait) => sum + wait.count, 0),
    })),
  };
}
