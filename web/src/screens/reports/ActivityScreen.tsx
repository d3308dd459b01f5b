import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { ScreenLink } from "~/components/ScreenLink";
import { StateBadge, type Tone } from "~/components/StateBadge";
import { useOrganization } from "~/shell/organization";
import { DownloadButton } from "./DownloadButton";
import { type ActivityFilters, isFiltered, METHODS, readActivityFilters, STATES } from "./filters";
import { NarrowingFields } from "./NarrowingFields";
import { PeriodField } from "./PeriodField";
import { type ActivityQuery, useActivity, usePeriod } from "./queries";
import { ReportTabs } from "./ReportTabs";
import classes from "./reports.module.css";
import { activityRoute } from "./routes";

type Row = Schema<"ActivityRow">;

/** Who was invited or came in a period, and what came of it. */
export function ActivityScreen() {
  const { t } = useTranslation("reports");
  const organization = useOrganization();
  const filters = activityRoute.useSearch();
  const navigate = activityRoute.useNavigate();
  const { license, group, client, state, method } = filters;
  const query: ActivityQuery = { ...usePeriod(filters), license, group, client, state, method };
  const list = useActivity(organization.id, query);
  const show = (search: ActivityFilters) => void navigate({ search, replace: true });
  const set = (part: ActivityFilters) => show(readActivityFilters({ ...filters, ...part }));
  const { range, from, to } = filters;
  return (
    <ListPage
      title={t("title")}
      lead={t("lead")}
      actions={<DownloadButton query={query} />}
      name="activity"
      list={list}
      columns={useColumns(client === undefined)}
      rowId={idOf}
      rowName={nameOf}
      intro={<ReportTabs filters={filters} />}
      filters={
        <>
          <PeriodField filters={filters} onChange={set} />
          <NarrowingFields
            filters={filters}
            onChange={set}
            othersSet={[state, method].filter((value) => value !== undefined).length}
            others={<OwnFields filters={filters} onChange={set} />}
          />
        </>
      }
      filtered={isFiltered(filters)}
      onClearFilters={() => show(readActivityFilters({ range, from, to }))}
      empty={{
        title: t("people.empty"),
        text: t("people.emptyText"),
        action: organization.may("invite") && client === undefined && (
          <ButtonLink
            to="/organizations/$organization/invites/new"
            params={{ organization: organization.id }}
            search={{}}
          >
            {t("people.invite")}
          </ButtonLink>
        ),
      }}
    />
  );
}

const nameOf = (row: Row) => [row.first_name, row.last_name].filter(Boolean).join(" ") || row.email;

/** A row is a person and a license, by one invite or one enrollment. */
const idOf = (row: Row) =>
  [row.person, row.license, row.invite, row.event, row.group, row.invited_at ?? row.enrolled_at].join(" ");

interface OwnFieldsProps {
  filters: ActivityFilters;
  onChange: (part: ActivityFilters) => void;
}

function OwnFields({ filters, onChange }: OwnFieldsProps) {
  const { t } = useTranslation("reports");
  const shared = {
    clearable: true,
    withScrollArea: false,
    placeholder: t("filter.any"),
    comboboxProps: { withinPortal: false },
  } as const;
  return (
    <>
      <Select
        {...shared}
        label={t("filter.state")}
        data={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        value={filters.state ?? null}
        onChange={(state) => onChange({ state: (state ?? undefined) as ActivityFilters["state"] })}
      />
      <Select
        {...shared}
        label={t("filter.method")}
        data={METHODS.map((value) => ({ value, label: t(`method.${value}`) }))}
        value={filters.method ?? null}
        onChange={(method) => onChange({ method: (method ?? undefined) as ActivityFilters["method"] })}
      />
    </>
  );
}

function useColumns(linked: boolean): ListColumn<Row>[] {
  const { t } = useTranslation("reports");
  return [
    {
      id: "name",
      header: t("column.learner"),
      isName: true,
      cell: (row) => (
        <div>
          {linked ? (
            <ScreenLink to={addressOf(row)} className={classes.name}>
              {nameOf(row)}
            </ScreenLink>
          ) : (
            nameOf(row)
          )}
          {nameOf(row) !== row.email && (
            <Text size="xs" c="dimmed" fw={400}>
              {row.email}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: "what",
      header: t("column.what"),
      cell: (row) => (
        <div>
          {row.product || row.group || "–"}
          {row.product && row.group && (
            <Text size="xs" c="dimmed">
              {row.group}
            </Text>
          )}
        </div>
      ),
    },
    { id: "state", header: t("column.state"), cell: (row) => <State row={row} /> },
    {
      id: "method",
      header: t("column.method"),
      cell: (row) => [t(`method.${row.method}`), row.source].filter(Boolean).join(": "),
    },
    {
      id: "invited",
      header: t("column.invited"),
      cell: (row) => <Moment value={row.invited_at} />,
    },
    {
      id: "enrolled",
      header: t("column.enrolled"),
      cell: (row) => <Moment value={row.enrolled_at ?? row.accepted_at} />,
    },
    {
      id: "start",
      header: t("column.start"),
      optional: true,
      cell: (row) => <Moment value={row.access_start} />,
    },
    {
      id: "access",
      header: t("column.access"),
      optional: true,
      cell: (row) => (row.access ? t(`access.${row.access}`) : "–"),
    },
    { id: "client", header: t("column.client"), optional: true, cell: (row) => row.client || "–" },
    { id: "by", header: t("column.by"), optional: true, cell: (row) => inviterOf(row) ?? "–" },
    {
      id: "delivery",
      header: t("column.delivery"),
      optional: true,
      cell: (row) => (row.delivery ? t(`delivery.${row.delivery}`) : "–"),
    },
    { id: "sent", header: t("column.sent"), optional: true, align: "end", cell: (row) => row.sent ?? "–" },
  ];
}

const inviterOf = (row: Row & { invited_by_name?: string | null }) => row.invited_by_name ?? row.invited_by;

/** A learner once they came; until then there is their invite alone. */
const addressOf = (row: Row) =>
  row.enrolled_at === null && row.invite
    ? `invites/${row.invite}`
    : `learners/${encodeURIComponent(row.person)}`;

function Moment({ value }: { value: string | null }) {
  return value ? <DateTime value={value} /> : "–";
}

const TONES: Record<string, Tone> = {
  pending: "waiting",
  expired: "attention",
  accepted: "ok",
  enrolled: "ok",
  declined: "off",
  withdrawn: "off",
};

function State({ row }: { row: Row }) {
  const { t } = useTranslation("reports");
  const state = row.state === "pending" && row.expired_at ? "expired" : (row.state ?? "enrolled");
  return <StateBadge tone={TONES[state] ?? "off"}>{t(`state.${state}`)}</StateBadge>;
}
