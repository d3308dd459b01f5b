import { Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { writeDay } from "~/components/dates";
import { ScreenLink } from "~/components/ScreenLink";
import { ChartTable } from "./ChartTable";
import classes from "./charts.module.css";
import { type Bucket, type Series, stepsTo, sumOf } from "./series";

interface Props {
  /** What the chart shows, for who does not see it. */
  label: string;
  buckets: readonly Bucket[];
  /** Drawn upon each other, the first at the bottom. */
  series: readonly Series[];
  /** `columns` for what happened in each bucket, `area` for what stood at its end. */
  shape: "columns" | "area";
  /** A line over it, in a unit of its own kind. */
  line?: Series;
  /** What is said where there is nothing to draw. */
  none: string;
}

const HEIGHT = 220;
const LEFT = 44;
const TOP = 10;
const BOTTOM = 26;
const WIDTH_OF_LABEL = 84;

/** A chart over time: its legend says the sums, each column its numbers, and a table all of them. */
export function TimeChart({ label, buckets, series, shape, line, none }: Props) {
  const all = line ? [line, ...series] : series;
  if (all.every(({ values }) => sumOf(values) === 0)) return <Text c="dimmed">{none}</Text>;
  return (
    <div className={classes.chart}>
      <Legend series={all} shape={shape} line={line} />
      <Plot label={label} buckets={buckets} series={series} shape={shape} line={line} />
      <ChartTable label={label} buckets={buckets} series={all} />
    </div>
  );
}

function Legend({ series, shape, line }: Pick<Props, "series" | "shape" | "line">) {
  const { i18n } = useTranslation("components");
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <ul className={classes.legend}>
      {series.map((one) => {
        const value = shape === "area" ? (one.values.at(-1) ?? 0) : sumOf(one.values);
        const words = (
          <>
            {one.name} <strong>{number.format(value)}</strong>
          </>
        );
        return (
          <li key={one.key} data-color={one.color} data-line={one === line || undefined}>
            {one.to && value > 0 ? <ScreenLink to={one.to}>{words}</ScreenLink> : <span>{words}</span>}
          </li>
        );
      })}
    </ul>
  );
}

type PlotProps = Omit<Props, "none">;

function Plot({ label, buckets, series, shape, line }: PlotProps) {
  const { t, i18n } = useTranslation("components");
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const last = buckets.length - 1;
  const inner = Math.max(1, width - LEFT);
  const step = inner / buckets.length;
  const sums = buckets.map((_, index) => sumOf(series.map(({ values }) => values[index] ?? 0)));
  const steps = stepsTo(Math.max(...sums, ...(line?.values ?? [0])));
  const top = steps.at(-1) ?? 1;
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const x = (index: number) => LEFT + (index + 0.5) * step;
  const number = new Intl.NumberFormat(i18n.language, { notation: "compact" });
  const wordsAt = (index: number) => wordsOf(buckets[index], i18n.language);
  const valuesAt = (index: number) =>
    [...(line ? [line] : []), ...series].map((one) => ({ ...one, value: one.values[index] ?? 0 }));
  const current = Math.min(at ?? last, last);
  const said = [
    wordsAt(current),
    ...valuesAt(current)
      .filter(({ value }) => value > 0)
      .map(({ name, value }) => `${name} ${value}`),
  ];

  const move = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((event.clientX - box.left - LEFT) / step);
    setAt(Math.min(last, Math.max(0, index)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.min(last, Math.max(0, next)));
  };

  return (
    <div
      ref={ref}
      className={classes.plot}
      role="slider"
      tabIndex={0}
      aria-label={t("chart.slider", { label })}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={current}
      aria-valuetext={said.join(", ")}
      onKeyDown={onKeyDown}
      onPointerMove={move}
      onPointerLeave={() => setAt(null)}
      onBlur={() => setAt(null)}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {steps.map((value) => (
          <g key={value} className={classes.step}>
            <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {number.format(value)}
            </text>
          </g>
        ))}
        {at !== null && (
          <rect
            className={classes.current}
            x={LEFT + current * step}
            y={TOP}
            width={step}
            height={HEIGHT - TOP - BOTTOM}
          />
        )}
        {shape === "columns" ? (
          <Columns series={series} x={x} y={y} step={step} count={buckets.length} />
        ) : (
          <Areas series={series} x={x} y={y} count={buckets.length} />
        )}
        {line && (
          <polyline
            className={classes.line}
            data-color={line.color}
            points={line.values.map((value, index) => `${x(index)},${y(value)}`).join(" ")}
          />
        )}
        {labelled(buckets.length, inner).map((index) => (
          <text key={index} className={classes.when} x={x(index)} y={HEIGHT - 8} textAnchor="middle">
            {writeDay(buckets[index]?.from ?? "", i18n.language)}
          </text>
        ))}
      </svg>
      {at !== null && (
        <div
          className={classes.tip}
          aria-hidden="true"
          data-side={x(current) > width / 2 ? "left" : "right"}
          style={{ insetInlineStart: x(current) }}
        >
          <b>{wordsAt(current)}</b>
          <ul>
            {valuesAt(current).map(({ key, name, value, color }) => (
              <li key={key} data-color={color}>
                {name} <strong>{value}</strong>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** A bucket's days, as one reads them. */
export function wordsOf(bucket: Bucket | undefined, language: string): string {
  if (!bucket) return "";
  const from = writeDay(bucket.from, language);
  return bucket.from === bucket.to ? from : `${from} – ${writeDay(bucket.to, language)}`;
}

/** Which columns have their day written below: as many as there is room for, evenly. */
function labelled(count: number, width: number): number[] {
  const every = Math.max(1, Math.ceil((count * WIDTH_OF_LABEL) / width));
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => index % every === Math.floor(every / 2) || count === 1,
  );
}

interface Drawing {
  series: readonly Series[];
  x: (index: number) => number;
  y: (value: number) => number;
  count: number;
}

function Columns({ series, x, y, step, count }: Drawing & { step: number }) {
  const width = Math.max(2, Math.min(34, step * 0.72));
  return Array.from({ length: count }, (_, index) => {
    let below = 0;
    return series.map((one) => {
      const value = one.values[index] ?? 0;
      const from = below;
      below += value;
      return value > 0 ? (
        <rect
          key={`${one.key} ${index.toString()}`}
          className={classes.column}
          data-color={one.color}
          x={x(index) - width / 2}
          y={y(below)}
          width={width}
          height={Math.max(1, y(from) - y(below))}
          rx={Math.min(2, width / 4)}
        />
      ) : null;
    });
  });
}

function Areas({ series, x, y, count }: Drawing) {
  const below = Array.from({ length: count }, () => 0);
  return series.map((one) => {
    const lower = [...below];
    one.values.forEach((value, index) => {
      below[index] = (below[index] ?? 0) + value;
    });
    const upper = [...below];
    const along = (values: number[]) => values.map((value, index) => `${x(index)},${y(value)}`);
    return (
      <g key={one.key} data-color={one.color}>
        <polygon className={classes.area} points={[...along(upper), ...along(lower).reverse()].join(" ")} />
        <polyline className={classes.edge} points={along(upper).join(" ")} />
      </g>
    );
  });
}
