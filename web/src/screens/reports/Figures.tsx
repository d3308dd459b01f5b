import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { sumOf, waitsOf } from "~/components/charts/series";
import { METHODS } from "./filters";
import classes from "./reports.module.css";

/** The period in a few numbers. */
export function Figures({ summary }: { summary: Schema<"Summary"> }) {
  const { t, i18n } = useTranslation("reports");
  const number = new Intl.NumberFormat(i18n.language);
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  const { days } = summary;
  const invited = sumOf(days.map((day) => day.invited));
  const accepted = sumOf(days.map((day) => day.accepted));
  const ended = accepted + sumOf(days.map((day) => day.declined + day.expired + day.withdrawn));
  const enrolled = sumOf(days.map((day) => sumOf(METHODS.map((method) => day.enrolled[method]))));
  const { median } = waitsOf(summary.days_to_acceptance);
  const figures = [
    { name: "invited", value: number.format(invited) },
    { name: "accepted", value: number.format(accepted) },
    { name: "rate", value: ended > 0 ? percent.format(accepted / ended) : "–" },
    { name: "enrolled", value: number.format(enrolled) },
    { name: "median", value: median === null ? "–" : number.format(median) },
    { name: "seats", value: number.format(days.at(-1)?.seats_used ?? 0) },
  ];
  return (
    <dl className={classes.figures}>
      {figures.map(({ name, value }) => (
        <div key={name}>
          <dt>{t(`figures.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
