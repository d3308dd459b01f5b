import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { type OrganizationDetail, useEvents } from "./queries";
import { Section } from "./Section";

type Event = ReturnType<typeof useEvents>["rows"][number];

/** What happened in the organization, the newest first. */
export function Events({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const list = useEvents(organization.id);
  const columns: ListColumn<Event>[] = [
    { id: "type", header: t("events.type"), isName: true, cell: (event) => event.type },
    { id: "actor", header: t("events.actor"), cell: (event) => event.actor },
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
        rowName={(event) => event.type}
        empty={{ title: t("events.empty"), text: t("events.emptyText") }}
      />
    </Section>
  );
}
