import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import classes from "~/components/requests/KindTabs.module.css";
import { RequestState, writeTitle } from "~/components/requests/RequestTitle";
import { type AnyRequest, isForSeats } from "~/components/requests/requests";
import { type Kind, readFilters, STATES, type State } from "./filters";
import { openQuery, useRequests } from "./queries";
import { operatorRequestsRoute } from "./routes";

/** What managers of all organizations ask for; the oldest open ones first. */
export function OperatorRequestsScreen() {
  const { t } = useTranslation("requests");
  const search = operatorRequestsRoute.useSearch();
  const navigate = operatorRequestsRoute.useNavigate();
  const kind: Kind = search.kind ?? "seats";
  const state: State = search.state ?? "open";
  const list = useRequests(kind, state);
  return (
    <ListPage
      title={t("operator.title")}
      lead={t("operator.lead")}
      name={`operator-requests-${kind}`}
      list={list}
      columns={useColumns(kind)}
      rowId={(request) => request.id}
      rowName={(request) => writeTitle(request, t)}
      intro={<KindTabs kind={kind} />}
      filters={
        <Select
          aria-label={t("operator.state")}
          data={STATES[kind].map((value) => ({ value, label: t(`operator.states.${value}`) }))}
          value={state}
          allowDeselect={false}
          withScrollArea={false}
          onChange={(value) =>
            void navigate({ search: readFilters({ ...search, state: value }), replace: true })
          }
        />
      }
      filtered={state !== "open"}
      onClearFilters={() => void navigate({ search: { kind: search.kind }, replace: true })}
      empty={{ title: t("operator.empty.title"), text: t("operator.empty.text") }}
    />
  );
}

function KindTabs({ kind }: { kind: Kind }) {
  const { t } = useTranslation("requests");
  return (
    <nav className={classes.tabs} aria-label={t("tabs.label")}>
      <Tab of="seats" current={kind} />
      <Tab of="support" current={kind} />
    </nav>
  );
}

function Tab({ of, current }: { of: Kind; current: Kind }) {
  const { t } = useTranslation("requests");
  const { data: open } = useQuery(openQuery(of));
  const count = open?.items.length ?? 0;
  return (
    <Link
      className={classes.tab}
      from={operatorRequestsRoute.fullPath}
      search={of === "support" ? { kind: "support" } : {}}
      aria-current={of === current ? "page" : undefined}
      activeProps={{}}
      activeOptions={{ exact: true }}
    >
      {t(`tabs.${of}`)}
      {count > 0 && (
        <span className={classes.count}>
          {open?.next ? t("tabs.openMore", { count }) : t("tabs.open", { count })}
        </span>
      )}
    </Link>
  );
}

function useColumns(kind: Kind): ListColumn<AnyRequest>[] {
  const { t } = useTranslation("requests");
  return [
    {
      id: "what",
      header: t("column.what"),
      isName: true,
      cell: (request) => (
        <div>
          <TextLink
            to={
              isForSeats(request)
                ? "/operator/requests/seats/$request"
                : "/operator/requests/support/$request"
            }
            params={{ request: request.id }}
            inherit
            c="inherit"
          >
            {writeTitle(request, t)}
          </TextLink>
          {request.message && (
            <Text size="xs" c="dimmed" fw={400} lineClamp={1}>
              {request.message}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: "organization",
      header: t("fact.organization"),
      cell: (request) => request.organization_name,
    },
    { id: "state", header: t("column.state"), cell: (request) => <RequestState request={request} /> },
    {
      id: "by",
      header: t("column.by"),
      optional: kind === "support",
      cell: (request) => request.created_by_name ?? request.created_by,
    },
    {
      id: "at",
      header: t("column.at"),
      cell: (request) => <DateTime value={request.created_at} style="distance" />,
    },
  ];
}
