import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { StateBadge } from "~/components/StateBadge";
import { type AnyRequest, outcomeOf, TONES, titleOf } from "./requests";

/** Say in a few words what a request asks for; `t` is that of the texts of requests. */
export function writeTitle(request: AnyRequest, t: TFunction): string {
  const { kind, ...words } = titleOf(request);
  return t(`requests:request.${kind}`, words);
}

/** What became of a request, in words with an icon. */
export function RequestState({ request }: { request: AnyRequest }) {
  const { t } = useTranslation("requests");
  const outcome = outcomeOf(request);
  return <StateBadge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</StateBadge>;
}
