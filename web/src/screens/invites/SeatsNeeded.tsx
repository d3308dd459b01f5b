import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./NewInvitesScreen.module.css";

/** The seats that the invites take of each license, against those that are left. */
export function SeatsNeeded({ preview }: { preview: Schema<"InvitePreview"> }) {
  const { t } = useTranslation("invites");
  return (
    <ul className={classes.seats} aria-label={t("new.seats")}>
      {preview.seats.map((seats) => (
        <li key={seats.license} data-missing={seats.missing > 0 || undefined}>
          {seats.missing > 0
            ? t("new.seatsMissing", {
                count: seats.missing,
                product: seats.product.name,
                available: seats.available,
              })
            : t("new.seatsNeeded", { count: seats.needed, product: seats.product.name, left: seats.left })}
        </li>
      ))}
    </ul>
  );
}
