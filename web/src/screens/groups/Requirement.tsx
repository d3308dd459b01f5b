import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { StateBadge } from "~/components/StateBadge";
import classes from "./Requirement.module.css";

/** The seats that giving a license needs, beside those that are left. */
export function Requirement({ seats }: { seats: Schema<"SeatRequirement"> }) {
  const { t } = useTranslation("groups");
  return (
    <div className={classes.requirement}>
      <strong>{seats.product.name}</strong>
      {seats.missing > 0 ? (
        <StateBadge tone="failed">{t("seats.missing", { count: seats.missing })}</StateBadge>
      ) : (
        <StateBadge tone="ok">{t("seats.enough")}</StateBadge>
      )}
      <Text size="sm" c="dimmed" className={classes.words}>
        {seats.needed === 0
          ? t("seats.none")
          : t("seats.needed", { count: seats.needed, available: seats.available })}
        {seats.have > 0 && ` ${t("seats.have", { count: seats.have })}`}
      </Text>
    </div>
  );
}
