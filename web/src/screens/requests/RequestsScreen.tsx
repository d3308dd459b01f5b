import { Button, NativeSelect, Text } from "@mantine/core";
import { IconMessagePlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import classes from "~/components/requests/RequestCard.module.css";
import { RequestState, writeTitle } from "~/components/requests/RequestTitle";
import { type AnyRequest, isForSeats } from "~/components/requests/requests";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import { NewRequestDialog } from "./NewRequestDialog";
import { OpenTabs } from "./OpenTabs";
import { useRequests } from "./queries";
import { requestsRoute, STATES } from "./routes";

/** What the organization asked the operators for, and what they answered. */
export function RequestsScreen() {
  const { t } = useTranslation("requests");
  const organization = useOrganization();
  const search = requestsRoute.useSearch();
  const navigate = requestsRoute.useNavigate();
  const kind = search.kind ?? "seats";
  const list = useRequests(organization.id, kind, search.state);
  const mayFile = organization.may("file_requests");
  // More seats of a sublicense come from the provider.
  const maySeats = organization.provider === null;
  const first = kind === "seats" && maySeats ? "seats" : "release_seat";
  const asked = search.new === "seats" && !maySeats ? first : search.new;
  const button = mayFile && (
    <Button
      leftSection={<IconMessagePlus size={18} stroke={1.8} />}
      onClick={() => void navigate({ search: { ...search, new: first } })}
    >
      {t("new.action")}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        actions={button}
        name={`requests-${kind}`}
        list={list}
        columns={useColumns()}
        rowId={(request) => request.id}
        rowName={(request) => writeTitle(request, t)}
        intro={<OpenTabs kind={kind} />}
        filters={
          <NativeSelect
            aria-label={t("filter.state")}
            value={search.state ?? ""}
            onChange={(event) => {
              const { value } = event.currentTarget;
              const state = STATES[kind].find((one) => one === value);
              void navigate({ search: { kind: search.kind, state }, replace: true });
            }}
            data={[
              { value: "", label: t("filter.anyState") },
              ...STATES[kind].map((one) => ({
                value: one,
                label: t(`outcome.${one === "approved" ? "granted" : one}`),
              })),
            ]}
          />
        }
        filtered={search.state !== undefined}
        onClearFilters={() => void navigate({ search: { kind: search.kind }, replace: true })}
        empty={{
          title: t(`empty.${kind}.title`),
          text: mayFile ? t(`empty.${kind}.text`) : t("empty.ofReader"),
          action: button,
        }}
      />
      {mayFile && asked && (
        <NewRequestDialog
          asked={asked}
          onAsk={(next) => void navigate({ search: { ...search, new: next }, replace: true })}
          onClose={() => void navigate({ search: { kind: search.kind, state: search.state }, replace: true })}
          onFiled={(filed) =>
            void navigate({ search: filed === "seats" ? {} : { kind: "support" }, replace: true })
          }
        />
      )}
    </>
  );
}

function useColumns(): ListColumn<AnyRequest>[] {
  const { t } = useTranslation("requests");
  return [
    {
      id: "what",
      header: t("column.what"),
      isName: true,
      cell: (request) => (
        <div>
          <ScreenLink to={addressOf(request)} className={classes.title}>
            {writeTitle(request, t)}
          </ScreenLink>
          {request.message && (
            <Text size="xs" c="dimmed" fw={400} lineClamp={1}>
              {request.message}
            </Text>
          )}
        </div>
      ),
    },
    { id: "state", header: t("column.state"), cell: (request) => <RequestState request={request} /> },
    {
      id: "answer",
      header: t("column.answer"),
      cell: (request) =>
        request.reply?.text ? (
          <Text size="sm" lineClamp={2}>
            {request.reply.text}
          </Text>
        ) : (
          "–"
        ),
    },
    {
      id: "by",
      header: t("column.by"),
      cell: (request) => request.created_by_name ?? request.created_by,
    },
    { id: "at", header: t("column.at"), cell: (request) => <DateTime value={request.created_at} /> },
    {
      id: "answered",
      header: t("column.answered"),
      optional: true,
      cell: (request) => (request.reply ? <DateTime value={request.reply.at} /> : "–"),
    },
  ];
}

/** The request's own page, as emails name it. */
const addressOf = (request: AnyRequest) =>
  `${isForSeats(request) ? "seat-requests" : "support-requests"}/${request.id}`;
