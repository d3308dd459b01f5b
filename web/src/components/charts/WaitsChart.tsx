import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import classes from "./charts.module.css";
import { waitsOf } from "./series";

/** How many days people took to accept: half of them in so many, and how they are spread. */
export function WaitsChart({ waits }: { waits: readonly Schema<"Wait">[] }) {
  const { t, i18n } = useTranslation("components");
  const { people, median, ranges } = waitsOf(waits);
  if (median === null) return <Text c="dimmed">{t("waits.none")}</Text>;
  const most = Math.max(...ranges.map((range) => range.people));
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <div className={classes.chart}>
      <Text fw={600} size="lg">
        {median === 0 ? t("waits.sameDay") : t("waits.median", { count: median })}
      </Text>
      <dl className={classes.bars}>
        {ranges.map((range) => (
          <div key={range.range}>
            <dt>{t(`waits.range.${range.range}`)}</dt>
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
        {t("waits.people", { count: people })}
      </Text>
    </div>
  );
}
