import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { writeDay } from "~/components/dates";
import { useNamedZone } from "~/components/ZoneScope";
import { useOrganization } from "~/shell/organization";
import { highestOf, OUTCOMES, totalsOf } from "./figures";
import classes from "./InvitesChart.module.css";

const KINDS = ["invited", ...OUTCOMES] as const;

/** Invites that went out, beside what became of invites, for each day; as a table for whoever wants the numbers. */
export function InvitesChart({ days }: { days: readonly Schema<"Day">[] }) {
  const { t, i18n } = useTranslation("overview");
  useNamedZone(useOrganization().time_zone);
  const totals = totalsOf(days);
  const highest = highestOf(days);
  const height = (count: number) => ({ height: `${(count / highest) * 100}%` });
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  if (KINDS.every((kind) => totals[kind] === 0)) return <Text c="dimmed">{t("invites.none")}</Text>;
  const words = KINDS.map((kind) => t(`invites.${kind}`, { count: totals[kind] })).join(", ");
  return (
    <div className={classes.chart}>
      <ul className={classes.legend}>
        {KINDS.map((kind) => (
          <li key={kind} data-of={kind}>
            {t(`invites.${kind}`, { count: totals[kind] })}
          </li>
        ))}
      </ul>
      <div className={classes.columns} role="img" aria-label={words}>
        {days.map((day) => (
          <div key={day.day} className={classes.day} title={titleOf(day)}>
            <span data-of="invited" style={height(day.invited)} />
            <span className={classes.outcomes}>
              {OUTCOMES.map((outcome) => (
                <span key={outcome} data-of={outcome} style={height(day[outcome])} />
              ))}
            </span>
          </div>
        ))}
      </div>
      {first && last && (
        <div className={classes.ends} aria-hidden="true">
          <span>{writeDay(first, i18n.language)}</span>
          <span>{writeDay(last, i18n.language)}</span>
        </div>
      )}
      <details className={classes.details}>
        <summary>{t("invites.table")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
        <section className={classes.scroll} tabIndex={0} aria-label={t("invites.table")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("invites.day")}</th>
                {KINDS.map((kind) => (
                  <th key={kind} scope="col">
                    {t(`invites.column.${kind}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...days].reverse().map((day) => (
                <tr key={day.day}>
                  <th scope="row">{writeDay(day.day, i18n.language)}</th>
                  {KINDS.map((kind) => (
                    <td key={kind}>{day[kind]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </div>
  );

  function titleOf(day: Schema<"Day">): string {
    const parts = KINDS.filter((kind) => day[kind] > 0).map((kind) =>
      t(`invites.${kind}`, { count: day[kind] }),
    );
    return [writeDay(day.day, i18n.language), ...parts].join("\n");
  }
}
