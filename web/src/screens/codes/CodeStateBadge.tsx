import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge, type Tone } from "~/components/StateBadge";

type State = Schema<"CodeState">;

const TONES: Record<State, Tone> = { active: "ok", disabled: "off", ended: "off", used_up: "attention" };

export function CodeStateBadge({ state }: { state: State }) {
  const { t } = useTranslation("codes");
  return <StateBadge tone={TONES[state]}>{t(`state.${state}`)}</StateBadge>;
}
