import { useTranslation } from "react-i18next";
import { ApiProblem, ConnectionFailed } from "~/api/problems";

export interface ErrorTexts {
  title: string;
  detail: string;
  /** What to do now. */
  nextAction: string;
  /** What whoever runs Usher finds the failure by. */
  reference: string | null;
}

/** Say an error in words: a refusal in the API's, the rest in the console's. */
export function useErrorTexts(error: unknown): ErrorTexts {
  const { t } = useTranslation("components");
  if (error instanceof ApiProblem && error.title) {
    return {
      title: error.title,
      detail: error.detail === error.title ? "" : error.detail,
      nextAction: error.nextAction,
      reference: error.requestId,
    };
  }
  const kind =
    error instanceof ConnectionFailed ? "connection" : error instanceof ApiProblem ? "server" : "unexpected";
  return {
    title: t(`error.${kind}.title`),
    detail: t(`error.${kind}.detail`),
    nextAction: t(`error.${kind}.nextAction`),
    reference: null,
  };
}
