import { useTranslation } from "react-i18next";
import classes from "./SeatBar.module.css";
import { type Seats, sharesOf } from "./seats";

/**
 * The seats of a license as a bar and in words: those in use, those that open invites hold, those given to clients,
 * and those left. Where it is not known how many are held, what is assigned is one part.
 */
export function SeatBar({ seats }: { seats: Seats }) {
  const { t } = useTranslation("components");
  const shares = sharesOf(seats);
  const { reserved, assigned, sublicensed, available } = seats;
  const words =
    typeof reserved === "number"
      ? t("seats.summaryReserved", { ...seats, reserved, count: available })
      : t("seats.summary", { ...seats, count: available });
  return (
    <div className={classes.seats}>
      <div className={classes.bar} role="img" aria-label={words}>
        <span className={classes.used} style={{ width: `${shares.used}%` }} />
        <span className={classes.reserved} style={{ width: `${shares.reserved}%` }} />
        <span className={classes.sublicensed} style={{ width: `${shares.sublicensed}%` }} />
      </div>
      <ul className={classes.legend} aria-hidden="true">
        {reserved ? (
          <>
            <li data-of="used">{t("seats.used", { count: assigned - reserved })}</li>
            <li data-of="reserved">{t("seats.reserved", { count: reserved })}</li>
          </>
        ) : (
          <li data-of="used">{t("seats.assigned", { count: assigned })}</li>
        )}
        {sublicensed > 0 && <li data-of="sublicensed">{t("seats.sublicensed", { count: sublicensed })}</li>}
        <li data-of="available">{t("seats.available", { count: available })}</li>
      </ul>
    </div>
  );
}
