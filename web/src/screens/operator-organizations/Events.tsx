import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { EventSentence } from "~/components/events/EventSentence";
import type { LogEvent } from "~/components/events/event";
import { useWriting, writeEvent } from "~/components/events/sentence";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { type OrganizationDetail, useEvents } from "./queries";
import { Section } from "./Section";

/** What happened in the organization, the newest first, in the words of its own event log. */
export function Events({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const list = useEvents(organization.id);
  const writing = useWriting(organization.time_zone);
  const columns: ListColumn<LogEvent>[] = [
    {
      id: "what",
      header: t("events.what"),
      isName: true,
      cell: (event) => <EventSentence event={event} writing={writing} />,
    },
    {
      id: "at",
      header: t("events.at"),
      cell: (event) => (
        <DateTime value={event.occurred_at} style="datetime" timeZone={organization.time_zone} />
      ),
    },
  ];
  return (
    <Section title={t("events.title")}>
      <ListSection
        title={t("events.title")}
        fixedColumns
        name="operator-events"
        list={list}
        columns={columns}
        rowId={(event) => event.id}
        rowName={(event) => writeEvent(event, writing)}
        empty={{ title: t("events.empty"), text: t("events.emptyText") }}
      />
    </Section>
  );
}
