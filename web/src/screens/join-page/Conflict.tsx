import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { changedSettings } from "./settings";

interface Props {
  /** The settings that the form began with, and those that somebody else has saved since. */
  before: Schema<"JoinPage">;
  theirs: Schema<"JoinPage">;
  onTakeTheirs: () => void;
}

/** Says which settings somebody else has saved meanwhile, and offers them; what was typed stays until then. */
export function Conflict({ before, theirs, onTakeTheirs }: Props) {
  const { t, i18n } = useTranslation("join-page");
  const names = changedSettings(before, theirs).map((name) => t(`settings.${name}`));
  return (
    <Group justify="space-between" gap="sm">
      {names.length > 0 && (
        <Text size="sm">
          {t("stale.changed", { settings: new Intl.ListFormat(i18n.language).format(names) })}
        </Text>
      )}
      <Button size="compact-sm" variant="default" onClick={onTakeTheirs}>
        {t("stale.takeTheirs")}
      </Button>
    </Group>
  );
}
