import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { KindTabs } from "~/components/requests/KindTabs";
import { RequestState, writeTitle } from "~/components/requests/RequestTitle";
import { type AnyRequest, isForSeats, type Kind } from "~/components/requests/requests";
import { readFilters, STATES, type State } from "./filters";
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
      intro={<OpenTabs kind={kind} />}
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

/** The two lists, each with how many of its requests have no answer yet. */
function OpenTabs({ kind }: { kind: Kind }) {
  const { t } = useTranslation("requests");
  const seats = useQuery(openQuery("seats"));
  const support = useQuery(openQuery("support"));
  const words = (open: { items: readonly unknown[]; next?: string | null } | undefined) =>
    open && open.items.length > 0
      ? t(open.next ? "tabs.openMore" : "tabs.open", { count: open.items.length })
      : undefined;
  return <KindTabs kind={kind} open={{ seats: words(seats.data), support: words(support.data) }} />;
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
