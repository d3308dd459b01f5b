import { useTranslation } from "react-i18next";
import classes from "./charts.module.css";
import type { Bucket, Series } from "./series";
import { wordsOf } from "./TimeChart";

interface Props {
  label: string;
  buckets: readonly Bucket[];
  series: readonly Series[];
}

/** The numbers of a chart, the newest first, for whoever wants them. */
export function ChartTable({ label, buckets, series }: Props) {
  const { t, i18n } = useTranslation("components");
  const number = new Intl.NumberFormat(i18n.language);
  const rows = buckets.map((bucket, index) => ({ bucket, index })).reverse();
  return (
    <details className={classes.details}>
      <summary>{t("chart.table")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("chart.tableOf", { label })}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("chart.when")}</th>
              {series.map(({ key, name }) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ bucket, index }) => (
              <tr key={bucket.from}>
                <th scope="row">{wordsOf(bucket, i18n.language)}</th>
                {series.map(({ key, values }) => (
                  <td key={key}>{number.format(values[index] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
