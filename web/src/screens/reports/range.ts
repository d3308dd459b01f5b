/** The period of a report: a usual one that moves with the day, or one's own. */

export const RANGES = ["7d", "30d", "90d", "quarter", "own"] as const;
export type Range = (typeof RANGES)[number];

export interface Period {
  /** Days of the calendar in the organization's zone, both within the period. */
  from: string;
  to: string;
}

const DAY_MS = 24 * 3600 * 1000;
const MONTHS_OF_QUARTER = 3;

const noonOf = (day: string) => new Date(`${day}T12:00:00Z`);
const dayOf = (date: Date) => date.toISOString().slice(0, "2027-01-31".length);

export const addDays = (day: string, days: number): string =>
  dayOf(new Date(noonOf(day).getTime() + days * DAY_MS));

function quarterOf(today: string): string {
  const date = noonOf(today);
  const month = Math.floor(date.getUTCMonth() / MONTHS_OF_QUARTER) * MONTHS_OF_QUARTER;
  return dayOf(new Date(Date.UTC(date.getUTCFullYear(), month, 1, 12)));
}

/** Return the days of a range that ends today; one's own has its days already, and until then the last thirty. */
export function periodOf(range: Range, today: string, own: Partial<Period>): Period {
  switch (range) {
    case "7d":
      return { from: addDays(today, -6), to: today };
    case "90d":
      return { from: addDays(today, -89), to: today };
    case "quarter":
      return { from: quarterOf(today), to: today };
    case "own":
      return { from: own.from ?? addDays(own.to ?? today, -29), to: own.to ?? today };
    default:
      return { from: addDays(today, -29), to: today };
  }
}
