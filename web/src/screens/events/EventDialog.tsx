import { Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import type { LogEvent } from "~/components/events/event";
import { actorOf, partsOf, useWriting, writeEvent } from "~/components/events/sentence";
import { Fact, Facts } from "~/components/Facts";
import { useOrganization } from "~/shell/organization";
import { EventLinks } from "./EventLinks";
import classes from "./EventsScreen.module.css";

const INDENT = 2;

/** All that an event says, in words and as programs get it. */
export function EventDialog({ event, onClose }: { event: LogEvent | null; onClose: () => void }) {
  const { t } = useTranslation("events");
  // What it shows stays while it disappears.
  const [last, setLast] = useState(event);
  if (event && event !== last) setLast(event);
  return (
    <Modal
      opened={event !== null}
      onClose={onClose}
      title={t("details.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("details.close") }}
    >
      {last && <Details event={last} />}
    </Modal>
  );
}

function Details({ event: { actor_name, person, ...raw } }: { event: LogEvent }) {
  const { t } = useTranslation("events");
  const { time_zone: timeZone } = useOrganization();
  const writing = useWriting(timeZone);
  const event = { ...raw, actor_name, person };
  const json = JSON.stringify(raw, null, INDENT);
  return (
    <Stack>
      <Text>
        {partsOf(writeEvent(event, writing))
          .map(({ text }) => text)
          .join("")}
      </Text>
      <EventLinks event={event} />
      <Facts>
        <Fact name={t("details.at")}>
          <DateTime value={event.occurred_at} style="datetime" />
        </Fact>
        <Fact name={t("details.by")}>{actorOf(event, writing.t)}</Fact>
        <Fact name={t("details.type")}>{event.type}</Fact>
        <Fact name={t("details.id")}>{event.id}</Fact>
      </Facts>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t("details.raw")}
        </Text>
        <CopyButton value={json} label={t("details.copy")} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <pre className={classes.raw} tabIndex={0}>
        {json}
      </pre>
    </Stack>
  );
}
