/** Refusals in the person's language. The API says them in English, which programs read, too. */

import i18next from "i18next";
import type { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";

export interface ProblemTexts {
  title: string;
  /** What happened in this occurrence. */
  detail: string;
  /** Whether the detail is in the API's English, though the rest is not. */
  isDetailEnglish: boolean;
  nextAction: string;
}

const AREA = "problems";

/** Load the words for refusals: none are needed until one is shown. */
export async function loadProblemTexts(): Promise<void> {
  if (!i18next.hasLoadedNamespace(AREA)) await i18next.loadNamespaces(AREA);
}

/** Word a refusal by its code; in English, and where the console has no words for it, in those of the API. */
export function problemTextsOf(problem: ApiProblem): ProblemTexts {
  const { title, nextAction, code } = problem;
  const detail = problem.detail === title ? "" : problem.detail;
  if (i18next.resolvedLanguage === "en" || !i18next.exists(`problems:${code}.title`)) {
    return { title, detail, isDetailEnglish: false, nextAction };
  }
  const shortfall = shortfallOf(problem);
  const count = Math.max(1, Math.ceil((problem.retryAfter ?? 0) / 60));
  return {
    title: i18next.t(`problems:${code}.title`),
    detail: shortfall || detail,
    isDetailEnglish: !shortfall && detail !== "",
    nextAction: i18next.t(`problems:${code}.nextAction`, { count }),
  };
}

type Shortfall = Pick<Schema<"PreviewedSeats">, "product" | "missing" | "available">;

/** Say of which licenses seats are missing, and how many. */
function shortfallOf({ facts }: ApiProblem): string {
  if (!Array.isArray(facts.shortfall)) return "";
  return (facts.shortfall as Shortfall[])
    .map(({ product, missing, available }) =>
      i18next.t("problems:no_seats.shortfall", { product: product.name, count: missing, available }),
    )
    .join(" ");
}
