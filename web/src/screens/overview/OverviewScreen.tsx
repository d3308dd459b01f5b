import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { WaitsChart } from "~/components/charts/WaitsChart";
import { DateTime } from "~/components/DateTime";
import { EmptyState } from "~/components/EmptyState";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { Figures } from "./Figures";
import { FirstSteps } from "./FirstSteps";
import { InvitesChart } from "./InvitesChart";
import { LicenseSeats } from "./LicenseSeats";
import { Matters } from "./Matters";
import classes from "./OverviewScreen.module.css";
import { overviewQuery, summaryQuery } from "./queries";

/** What needs the managers now, and how things go. */
export function OverviewScreen() {
  const { t } = useTranslation("overview");
  const organization = useOrganization();
  const overview = useQuery(overviewQuery(organization.id));
  return (
    <Page title={t("title")} lead={overview.data ? <LastActivity overview={overview.data} /> : t("lead")}>
      {overview.isPending && <Loading />}
      {!overview.data && overview.error && (
        <Stack align="flex-start">
          <ProblemAlert error={overview.error} />
          <Button variant="default" onClick={() => void overview.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {overview.data && <Content overview={overview.data} />}
    </Page>
  );
}

function LastActivity({ overview }: { overview: Schema<"Overview"> }) {
  const { t } = useTranslation("overview");
  if (!overview.last_activity) return t("lead");
  return (
    <>
      {t("lastActivity")} <DateTime value={overview.last_activity} style="distance" />
    </>
  );
}

function Content({ overview }: { overview: Schema<"Overview"> }) {
  const { t } = useTranslation("overview");
  const organization = useOrganization();
  if (overview.seats.length === 0) {
    return (
      <EmptyState
        title={t("empty.title")}
        text={organization.provider ? t("empty.ofClient") : t("empty.text")}
      />
    );
  }
  return (
    <div className={classes.sections}>
      {isNew(overview) ? <FirstSteps overview={overview} /> : <Matters overview={overview} />}
      {!isNew(overview) && <Figures overview={overview} />}
      <Section title={t("seats.title")}>
        <LicenseSeats licenses={overview.seats} />
      </Section>
      {!isNew(overview) && <Charts />}
    </div>
  );
}

/** Whether nobody was invited or enrolled yet. */
function isNew({ invites, learners }: Schema<"Overview">): boolean {
  const { pending, expired, accepted, declined, withdrawn } = invites;
  return learners + pending + expired + accepted + declined + withdrawn === 0;
}

function Charts() {
  const { t } = useTranslation("overview");
  const organization = useOrganization();
  const summary = useQuery(summaryQuery(organization.id));
  if (summary.isPending) return <Skeleton height={260} radius={14} />;
  if (!summary.data) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={summary.error} />
        <Button variant="default" onClick={() => void summary.refetch()}>
          {t("retry")}
        </Button>
      </Stack>
    );
  }
  return (
    <div className={classes.charts}>
      <Section title={t("invites.title")} lead={t("invites.lead")}>
        <InvitesChart days={summary.data.days} />
      </Section>
      <Section title={t("acceptance.title")}>
        <WaitsChart waits={summary.data.days_to_acceptance} />
      </Section>
    </div>
  );
}

interface SectionProps {
  title: string;
  lead?: string;
  children: ReactNode;
}

function Section({ title, lead, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {lead && (
          <Text size="sm" c="dimmed">
            {lead}
          </Text>
        )}
      </div>
      {children}
    </section>
  );
}

function Loading() {
  const { t } = useTranslation("overview");
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton height={130} radius={14} />
      <Skeleton height={90} radius={14} />
      <Skeleton height={230} radius={14} />
    </Stack>
  );
}
