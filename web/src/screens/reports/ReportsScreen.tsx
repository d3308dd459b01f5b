import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import {
  bucketsOf,
  OUTCOME_COLORS,
  OUTCOMES,
  perBucket,
  type Series,
  seatsPerBucket,
} from "~/components/charts/series";
import { TimeChart } from "~/components/charts/TimeChart";
import { WaitsChart } from "~/components/charts/WaitsChart";
import { writeDate } from "~/components/dates";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { DownloadButton } from "./DownloadButton";
import { Figures } from "./Figures";
import { METHODS, type ReportFilters, readFilters } from "./filters";
import { LicensesNow } from "./LicensesNow";
import { NarrowingFields } from "./NarrowingFields";
import { PeriodField } from "./PeriodField";
import { type SummaryQuery, summaryQuery, usePeriod } from "./queries";
import { ReportTabs } from "./ReportTabs";
import classes from "./reports.module.css";
import { reportsRoute } from "./routes";

/** How things go over a period: invites, how people came, how long they took, seats. */
export function ReportsScreen() {
  const { t, i18n } = useTranslation("reports");
  const organization = useOrganization();
  const filters = reportsRoute.useSearch();
  const navigate = reportsRoute.useNavigate();
  const period = usePeriod(filters);
  const { license, group, client } = filters;
  const query: SummaryQuery = { ...period, license, group, client };
  const summary = useQuery(summaryQuery(organization.id, query));
  const set = (part: ReportFilters) =>
    void navigate({ search: readFilters({ ...filters, ...part }), replace: true });
  return (
    <Page title={t("title")} lead={t("lead")} actions={<DownloadButton query={query} />}>
      <ReportTabs filters={filters} />
      <div className={classes.bar}>
        <PeriodField filters={filters} onChange={set} />
        <NarrowingFields filters={filters} onChange={set} />
      </div>
      <Text size="sm" c="dimmed" className={classes.period}>
        {t("period.told", {
          from: writeYearDay(period.from, i18n.language),
          to: writeYearDay(period.to, i18n.language),
          zone: organization.time_zone,
        })}
      </Text>
      {summary.isPending && <Loading />}
      {summary.error && (
        <Stack align="flex-start" mb="md">
          <ProblemAlert error={summary.error} />
          <Button variant="default" onClick={() => void summary.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {summary.data && !summary.error && (
        <Charts summary={summary.data} filters={filters} isStale={summary.isPlaceholderData} />
      )}
    </Page>
  );
}

/** A day of the calendar with its year: it is the same in every zone. */
const writeYearDay = (day: string, language: string) =>
  writeDate(new Date(`${day}T12:00:00Z`), "date", language, "UTC");

interface ChartsProps {
  summary: Schema<"Summary">;
  filters: ReportFilters;
  isStale: boolean;
}

function Charts({ summary, filters, isStale }: ChartsProps) {
  const { t } = useTranslation("reports");
  const buckets = bucketsOf(summary.days);
  const outcomes = useOutcomes(buckets, filters);
  return (
    <div className={classes.sections} data-stale={isStale || undefined} aria-busy={isStale}>
      <Figures summary={summary} />
      <Card title={t("outcomes.title")} lead={t("outcomes.lead")}>
        <TimeChart
          label={t("outcomes.title")}
          buckets={buckets}
          series={outcomes.series}
          line={outcomes.invited}
          shape="columns"
          none={t("outcomes.none")}
        />
      </Card>
      <div className={classes.pair}>
        <Card title={t("methods.title")} lead={t("methods.lead")}>
          <TimeChart
            label={t("methods.title")}
            buckets={buckets}
            series={useMethods(buckets, filters)}
            shape="columns"
            none={t("methods.none")}
          />
        </Card>
        <Card title={t("waits.title")} lead={t("waits.lead")}>
          <WaitsChart waits={summary.days_to_acceptance} />
        </Card>
      </div>
      <div className={classes.pair}>
        <Card title={t("seats.title")} lead={t("seats.lead")}>
          <TimeChart
            label={t("seats.title")}
            buckets={buckets}
            series={useSeats(buckets, summary.seats_used)}
            shape="area"
            none={t("seats.none")}
          />
        </Card>
        <Card title={t("now.title")} lead={t("now.lead")}>
          <LicensesNow licenses={summary.licenses} linked={filters.client === undefined} />
        </Card>
      </div>
    </div>
  );
}

type Buckets = ReturnType<typeof bucketsOf>;

/** The address of those behind a number: the same period and narrowing, and one thing more. */
function addressOf(filters: ReportFilters, more: Record<string, string>): string {
  const search = new URLSearchParams({ ...filters, ...more });
  return `reports/activity?${search}`;
}

function useOutcomes(buckets: Buckets, filters: ReportFilters): { series: Series[]; invited: Series } {
  const { t } = useTranslation("reports");
  const series = OUTCOMES.map(
    (outcome): Series => ({
      key: outcome,
      name: t(`outcomes.${outcome}`),
      values: perBucket(buckets, (day) => day[outcome]),
      color: OUTCOME_COLORS[outcome],
      to: outcome === "expired" ? undefined : addressOf(filters, { state: outcome }),
    }),
  );
  return {
    series,
    invited: {
      key: "invited",
      name: t("outcomes.invited"),
      values: perBucket(buckets, (day) => day.invited),
      color: "ink",
      to: addressOf(filters, { method: "invite" }),
    },
  };
}

const PALETTE = ["blue", "teal", "amber", "violet", "rose", "slate", "green"] as const;

function useMethods(buckets: Buckets, filters: ReportFilters): Series[] {
  const { t } = useTranslation("reports");
  return METHODS.map((method, index) => ({
    key: method,
    name: t(`method.${method}`),
    values: perBucket(buckets, (day) => day.enrolled[method]),
    color: PALETTE[index] ?? "slate",
    to: addressOf(filters, { method }),
  })).filter(({ values }) => values.some((value) => value > 0));
}

function useSeats(buckets: Buckets, used: Schema<"Summary">["seats_used"]): Series[] {
  const { t } = useTranslation("reports");
  return seatsPerBucket(buckets, used).map(({ license, product, values }, index) => ({
    key: license ?? "others",
    name: license ? product : t("seats.others"),
    values,
    color: license ? (PALETTE[index] ?? "slate") : "slate",
  }));
}

interface CardProps {
  title: string;
  lead: string;
  children: ReactNode;
}

function Card({ title, lead, children }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      </div>
      {children}
    </section>
  );
}

function Loading() {
  const { t } = useTranslation("reports");
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton height={90} radius={14} />
      <Skeleton height={320} radius={14} />
      <Skeleton height={320} radius={14} />
    </Stack>
  );
}
