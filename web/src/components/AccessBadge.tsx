import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge, type Tone } from "~/components/StateBadge";

const TONES: Record<Schema<"AccessState">, Tone> = {
  reserved: "waiting",
  scheduled: "waiting",
  active: "ok",
  ended: "off",
  released: "off",
};

export function AccessBadge({ state }: { state: Schema<"AccessState"> }) {
  const { t } = useTranslation("learners");
  return <StateBadge tone={TONES[state]}>{t(`state.${state}`)}</StateBadge>;
}
