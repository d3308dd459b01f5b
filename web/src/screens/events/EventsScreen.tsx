import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { EventSentence } from "~/components/events/EventSentence";
import type { LogEvent } from "~/components/events/event";
import { actorOf, useWriting, writeEvent } from "~/components/events/sentence";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { useOrganization } from "~/shell/organization";
import { EventDialog } from "./EventDialog";
import { EventFilterFields } from "./EventFilterFields";
import { EventLinks } from "./EventLinks";
import classes from "./EventsScreen.module.css";
import { type EventFilters, isFiltered } from "./filters";
import { newestQuery, useEvents, useShowNews } from "./queries";
import { eventsRoute } from "./routes";

/** Everything that happened in the organization, newest first. */
export function EventsScreen() {
  const { t } = useTranslation("events");
  const organization = useOrganization();
  const filters = eventsRoute.useSearch();
  const navigate = eventsRoute.useNavigate();
  const list = useEvents(organization.id, filters);
  const writing = useWriting(organization.time_zone);
  const [shown, setShown] = useState<LogEvent | null>(null);
  const show = (search: EventFilters) => void navigate({ search, replace: true });
  return (
    <>
      <ListPage
        title={t("title")}
        lead={t("lead")}
        name="events"
        list={list}
        columns={useColumns()}
        rowId={(event) => event.id}
        rowName={(event) => writeEvent(event, writing)}
        rowActions={(event) => (
          <Button size="xs" variant="subtle" onClick={() => setShown(event)}>
            {t("details.action")}
          </Button>
        )}
        intro={<News filters={filters} newest={list.rows[0]?.id} isLoaded={!list.isPending} />}
        filters={<EventFilterFields filters={filters} onChange={show} />}
        filtered={isFiltered(filters)}
        onClearFilters={() => show({})}
        empty={{ title: t("empty.title"), text: t("empty.text") }}
      />
      <EventDialog event={shown} onClose={() => setShown(null)} />
    </>
  );
}

interface NewsProps {
  filters: EventFilters;
  /** The newest event that is shown. */
  newest: string | undefined;
  isLoaded: boolean;
}

/** Says that something happened since the list was loaded, and shows it on request: nothing moves by itself. */
function News({ filters, newest, isLoaded }: NewsProps) {
  const { t } = useTranslation("events");
  const organization = useOrganization();
  const latest = useQuery(newestQuery(organization.id, filters));
  const show = useShowNews(organization.id, filters);
  // Ids are ULIDs: a later event has a greater one.
  const isNews = isLoaded && typeof latest.data === "string" && latest.data > (newest ?? "");
  return (
    <div role="status" className={classes.news}>
      {isNews && (
        <>
          <span>{t("news.told")}</span>
          <Button size="xs" variant="default" leftSection={<IconRefresh size={16} />} onClick={show}>
            {t("news.show")}
          </Button>
        </>
      )}
    </div>
  );
}

function useColumns(): ListColumn<LogEvent>[] {
  const { t } = useTranslation("events");
  const { time_zone: timeZone } = useOrganization();
  const writing = useWriting(timeZone);
  return [
    {
      id: "what",
      header: t("column.what"),
      isName: true,
      cell: (event) => (
        <EventSentence event={event} writing={writing}>
          <EventLinks event={event} />
        </EventSentence>
      ),
    },
    {
      id: "when",
      header: t("column.when"),
      cell: (event) => <DateTime value={event.occurred_at} style="datetime" />,
    },
    { id: "who", header: t("column.who"), optional: true, cell: (event) => actorOf(event, writing.t) },
    {
      id: "type",
      header: t("column.type"),
      optional: true,
      cell: (event) => (
        <Text size="sm" ff="monospace">
          {event.type}
        </Text>
      ),
    },
  ];
}
