import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./AcceptanceChart.module.css";
import { waitsOf } from "./figures";

/** How many days people took to accept: half of them in so many, and how they are spread. */
export function AcceptanceChart({ waits }: { waits: readonly Schema<"Wait">[] }) {
  const { t, i18n } = useTranslation("overview");
  const { people, median, ranges } = waitsOf(waits);
  if (median === null) return <Text c="dimmed">{t("acceptance.none")}</Text>;
  const most = Math.max(...ranges.map((range) => range.people));
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <div className={classes.chart}>
      <p className={classes.median}>
        {median === 0 ? t("acceptance.sameDay") : t("acceptance.median", { count: median })}
      </p>
      <dl className={classes.ranges}>
        {ranges.map((range) => (
          <div key={range.range}>
            <dt>{t(`acceptance.range.${range.range}`)}</dt>
            <dd>
              <span className={classes.track} aria-hidden="true">
                <span style={{ width: `${(range.people / most) * 100}%` }} />
              </span>
              {number.format(range.people)}
            </dd>
          </div>
        ))}
      </dl>
      <Text size="xs" c="dimmed">
        {t("acceptance.people", { count: people })}
      </Text>
    </div>
  );
}
