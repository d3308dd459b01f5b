import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge, type Tone } from "~/components/StateBadge";
import classes from "./People.module.css";

const TONES: Record<Schema<"AssignmentOutcome">, Tone> = {
  assigned: "ok",
  already_assigned: "off",
  already_invited: "waiting",
  no_seat: "failed",
  not_a_learner: "failed",
};

/** What would become of each learner, and how many seats that takes of those left. */
export function AssignmentPreview({ preview }: { preview: Schema<"LicenseAssignmentPreview"> }) {
  const { t } = useTranslation("licenses");
  const { needed, available, missing, results } = preview;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550} c={missing > 0 ? "var(--mantine-color-error)" : undefined}>
        {needed === 0 && t("give.nobody")}
        {needed > 0 && missing === 0 && t("give.needed", { count: needed, left: available - needed })}
        {missing > 0 && t("give.missing", { count: missing, available })}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <ul className={classes.each} tabIndex={0} aria-label={t("give.each")}>
        {results.map((one) => (
          <li key={one.person}>
            <span className={classes.address}>{one.email}</span>
            <StateBadge tone={TONES[one.outcome]}>{t(`give.outcome.${one.outcome}`)}</StateBadge>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
