import { Button, NativeSelect, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { ProblemAlert } from "~/components/ProblemAlert";
import { StateBadge, type Tone } from "~/components/StateBadge";
import { useOrganization } from "~/shell/organization";
import { JoinPageCard } from "./JoinPageCard";
import { joinCountsQuery, joinPageQuery, useJoinRequests } from "./queries";
import { RequestActions } from "./RequestActions";
import { joinPageRoute, STATES } from "./routes";
import { SettingsDialog } from "./SettingsDialog";

type State = Schema<"JoinState">;

const TONES: Record<State, Tone> = {
  pending: "attention",
  waiting: "waiting",
  admitted: "ok",
  refused: "off",
};

/** The page on which people join by themselves: its settings, and who asked to. */
export function JoinPageScreen() {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const { state = "pending", q, edit } = joinPageRoute.useSearch();
  const navigate = joinPageRoute.useNavigate();
  const page = useQuery(joinPageQuery(organization.id));
  const counts = useQuery(joinCountsQuery(organization.id));
  const list = useJoinRequests(organization.id, state, q);
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
  const onLeaving = (id: string, leaves: boolean) =>
    setLeaving((before) => {
      const next = new Set(before);
      if (leaves) next.add(id);
      else next.delete(id);
      return next;
    });
  const mayManage = organization.may("manage_join_page");
  const change = (next: string, found: string | undefined) =>
    void navigate({
      search: { ...(next !== "pending" && { state: next as State }), ...(found && { q: found }) },
      replace: true,
      resetScroll: false,
    });
  const setEdit = (open: boolean) =>
    void navigate({
      search: { ...(state !== "pending" && { state }), ...(q && { q }), ...(open && { edit: true }) },
    });
  const columns = useColumns(state, list.rows);
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        intro={<Intro page={page} onEdit={() => setEdit(true)} />}
        name={`join-requests-${state}`}
        key={state}
        list={{ ...list, rows: list.rows.filter((request) => !leaving.has(request.id)) }}
        columns={columns}
        rowId={(request) => request.id}
        rowName={(request) => request.email}
        rowActions={
          mayManage && state !== "admitted"
            ? (request) => <RequestActions request={request} onLeaving={onLeaving} />
            : undefined
        }
        filters={
          <>
            <SearchField
              label={t("search")}
              value={q ?? ""}
              onChange={(next) => change(state, next || undefined)}
            />
            <NativeSelect
              aria-label={t("show")}
              value={state}
              onChange={(event) => change(event.currentTarget.value, q)}
              data={STATES.map((one) => ({
                value: one,
                label: counts.data
                  ? t("stateCount", { state: t(`state.${one}`), value: counts.data[one] })
                  : t(`state.${one}`),
              }))}
            />
          </>
        }
        filtered={q !== undefined}
        onClearFilters={() => change(state, undefined)}
        empty={{ title: t(`empty.${state}`), text: t(`emptyText.${state}`) }}
      />
      {mayManage && page.data && (
        <SettingsDialog page={page.data} opened={edit === true} onClose={() => setEdit(false)} />
      )}
    </>
  );
}

interface IntroProps {
  page: { data?: Schema<"JoinPage">; isPending: boolean; error: unknown; refetch: () => unknown };
  onEdit: () => void;
}

function Intro({ page, onEdit }: IntroProps) {
  const { t } = useTranslation("join-page");
  if (page.data) return <JoinPageCard page={page.data} onEdit={onEdit} />;
  if (page.isPending) return <Skeleton height={240} radius={12} mb="xl" />;
  return (
    <Stack align="flex-start" mb="xl">
      <ProblemAlert error={page.error} />
      <Button variant="default" onClick={() => void page.refetch()}>
        {t("retry")}
      </Button>
    </Stack>
  );
}

function useColumns(
  state: State,
  rows: readonly Schema<"JoinRequest">[],
): ListColumn<Schema<"JoinRequest">>[] {
  const { t } = useTranslation("join-page");
  const columns: ListColumn<Schema<"JoinRequest">>[] = [
    { id: "email", header: t("column.email"), isName: true, cell: (request) => request.email },
    {
      id: "name",
      header: t("column.name"),
      cell: (request) => `${request.first_name} ${request.last_name}`.trim(),
    },
    {
      id: "state",
      header: t("column.state"),
      cell: (request) => <StateBadge tone={TONES[request.state]}>{t(`state.${request.state}`)}</StateBadge>,
    },
    {
      id: "asked",
      header: t("column.askedAt"),
      cell: (request) => <DateTime value={request.asked_at} style="datetime" />,
    },
  ];
  if (state === "waiting") {
    // The line is loaded from its beginning on, in the order of asking.
    columns.push({
      id: "place",
      header: t("column.place"),
      align: "end",
      cell: (request) => t("place", { value: rows.indexOf(request) + 1 }),
    });
  }
  if (state === "admitted" || state === "refused") {
    columns.push({
      id: "answered",
      header: t("column.answeredAt"),
      cell: (request) =>
        request.answered_at ? <DateTime value={request.answered_at} style="datetime" /> : "–",
    });
    columns.push({
      id: "by",
      header: t("column.answeredBy"),
      cell: (request) => request.answered_by_name ?? request.answered_by ?? t("byFreeSeat"),
    });
  }
  return columns;
}
