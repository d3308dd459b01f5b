import { useTranslation } from "react-i18next";
import { StateBadge, type Tone } from "~/components/StateBadge";
import type { ImportState } from "./queries";

const TONES: Record<ImportState, Tone> = {
  awaiting_file: "waiting",
  checking: "running",
  checked: "attention",
  refused: "failed",
  running: "running",
  finished: "ok",
  canceled: "off",
  failed: "failed",
};

export function ImportStateBadge({ state }: { state: ImportState }) {
  const { t } = useTranslation("imports");
  return <StateBadge tone={TONES[state]}>{t(`state.${state}`)}</StateBadge>;
}
