import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { License } from "~/api/types";
import { ScreenLink } from "~/components/ScreenLink";
import { SeatBar } from "~/components/SeatBar";
import classes from "./reports.module.css";

/** The seats of each license as they are now, whatever the period. */
export function LicensesNow({ licenses, linked }: { licenses: readonly License[]; linked: boolean }) {
  const { t } = useTranslation("reports");
  if (licenses.length === 0) return <Text c="dimmed">{t("now.none")}</Text>;
  return (
    <ul className={classes.licenses}>
      {licenses.map((license) => (
        <li key={license.id}>
          {linked ? (
            <ScreenLink to={`licenses/${license.id}`}>{license.product.name}</ScreenLink>
          ) : (
            <span>{license.product.name}</span>
          )}
          <SeatBar seats={license.seats} />
        </li>
      ))}
    </ul>
  );
}
