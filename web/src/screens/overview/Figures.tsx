import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ScreenLink } from "~/components/ScreenLink";
import classes from "./Figures.module.css";

/** How many learners and open invites there are, and how many seats are left. */
export function Figures({ overview }: { overview: Schema<"Overview"> }) {
  const { t, i18n } = useTranslation("overview");
  const number = new Intl.NumberFormat(i18n.language);
  const available = overview.seats.reduce((sum, license) => sum + license.seats.available, 0);
  const figures = [
    { name: "learners", value: overview.learners, to: "learners" },
    { name: "pending", value: overview.invites.pending, to: "invites?show=waiting" },
    { name: "accepted", value: overview.invites.accepted, to: "invites?show=accepted" },
    { name: "available", value: available, to: "licenses" },
  ];
  return (
    <ul className={classes.figures}>
      {figures.map(({ name, value, to }) => (
        <li key={name}>
          <ScreenLink to={to} className={classes.figure}>
            <strong>{number.format(value)}</strong>
            <span>{t(`figures.${name}`, { count: value })}</span>
          </ScreenLink>
        </li>
      ))}
    </ul>
  );
}
