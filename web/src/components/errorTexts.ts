import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, ConnectionFailed } from "~/api/problems";
import { loadProblemTexts, type ProblemTexts, problemTextsOf } from "./problemTexts";

export interface ErrorTexts extends ProblemTexts {
  /** What whoever runs Usher finds the failure by. */
  reference: string | null;
}

/** Say an error in words: a refusal by its code, or else in the API's, the rest in the console's. */
export function useErrorTexts(error: unknown): ErrorTexts {
  const { t } = useTranslation("components");
  const isRefusal = error instanceof ApiProblem && error.title !== "";
  useProblemTexts(isRefusal);
  if (isRefusal) return { ...problemTextsOf(error), reference: error.requestId };
  const kind =
    error instanceof ConnectionFailed ? "connection" : error instanceof ApiProblem ? "server" : "unexpected";
  return {
    title: t(`error.${kind}.title`),
    detail: t(`error.${kind}.detail`),
    isDetailEnglish: false,
    nextAction: t(`error.${kind}.nextAction`),
    reference: null,
  };
}

/** Load the words and show them once they are there; until then, a moment, the API's are shown. */
function useProblemTexts(areNeeded: boolean): void {
  const [, setLoaded] = useState(false);
  useEffect(() => {
    let isThere = true;
    if (areNeeded) void loadProblemTexts().then(() => isThere && setLoaded(true));
    return () => {
      isThere = false;
    };
  }, [areNeeded]);
}
