import type { License } from "~/api/types";

const DAY_MS = 24 * 3600 * 1000;

/** Days before the end from which on a license stands out: managers get their first notice then, too. */
const ENDING_DAYS = 30;

export type Phase = "upcoming" | "running" | "ending" | "over";

export function phaseOf(license: Pick<License, "valid_from" | "valid_until">, now: Date): Phase {
  const end = new Date(license.valid_until).getTime();
  if (now.getTime() >= end) return "over";
  if (now < new Date(license.valid_from)) return "upcoming";
  return end - now.getTime() <= ENDING_DAYS * DAY_MS ? "ending" : "running";
}
