/** Verdicts on the rows of an import, by what they mean for a manager. */

import type { Schema } from "~/api/types";
import type { Tone } from "~/components/StateBadge";

export type Verdict = Schema<"Verdict">;

const TONES: Partial<Record<Verdict, Tone>> = {
  will_be_invited: "ok",
  invited: "ok",
  no_seat: "attention",
  too_many_emails: "attention",
  duplicate: "off",
  already_invited: "off",
  already_assigned: "off",
  canceled: "off",
};

/** A verdict that is not listed says what has to be corrected. */
export const toneOf = (verdict: Verdict): Tone => TONES[verdict] ?? "failed";

export type Counts = Readonly<Record<string, number>>;

/** The verdicts that rows have, those first of which there are most. */
export function verdictsIn(counts: Counts): Verdict[] {
  return (Object.keys(counts) as Verdict[])
    .filter((verdict) => (counts[verdict] ?? 0) > 0)
    .sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
}

/** Of these, the ones about which somebody has to do something. */
export function problemsIn(counts: Counts): Verdict[] {
  return verdictsIn(counts).filter((verdict) => ["failed", "attention"].includes(toneOf(verdict)));
}

export const sumOf = (counts: Counts, verdicts: readonly Verdict[]): number =>
  verdicts.reduce((sum, verdict) => sum + (counts[verdict] ?? 0), 0);

/** The outcomes of an import's rows as far as they are known: the expected ones until it runs. */
export function countsOf(one: Pick<Schema<"Import">, "confirmed_at" | "preview" | "progress">): Counts {
  return one.confirmed_at ? one.progress.outcomes : one.preview.verdicts;
}
