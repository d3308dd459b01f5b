import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./SeatBar.module.css";
import { sharesOf } from "./seats";

/** The seats of a license: how many are assigned, given to clients, and left, as a bar and in words. */
export function SeatBar({ seats }: { seats: Schema<"SeatCount"> }) {
  const { t } = useTranslation("components");
  const shares = sharesOf(seats);
  const words = t("seats.summary", { ...seats, count: seats.available });
  return (
    <div className={classes.seats}>
      <div className={classes.bar} role="img" aria-label={words}>
        <span className={classes.assigned} style={{ width: `${shares.assigned}%` }} />
        <span className={classes.sublicensed} style={{ width: `${shares.sublicensed}%` }} />
      </div>
      <ul className={classes.legend} aria-hidden="true">
        <li data-of="assigned">{t("seats.assigned", { count: seats.assigned })}</li>
        {seats.sublicensed > 0 && (
          <li data-of="sublicensed">{t("seats.sublicensed", { count: seats.sublicensed })}</li>
        )}
        <li data-of="available">{t("seats.available", { count: seats.available })}</li>
      </ul>
    </div>
  );
}
