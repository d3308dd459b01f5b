import { Button, Skeleton, Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import type { NamedEvent } from "~/components/actors";
import { DateTime } from "~/components/DateTime";
import { useCursorList } from "~/components/list/cursorList";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { deliveryOf, inviteIn, textOf } from "./history";
import classes from "./InviteScreen.module.css";
import { type Invite, inviteEventsQuery } from "./queries";

/** What happened with an invite, newest first. */
export function InviteHistory({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const list = useCursorList(inviteEventsQuery(organization.id, invite.id));
  if (list.isPending) return <Skeleton height={120} radius={8} />;
  return (
    <>
      <ol className={classes.history}>
        {list.rows.map((event) => (
          <Happened key={event.id} event={event} events={list.rows} invite={invite} />
        ))}
      </ol>
      {list.rows.length === 0 && !list.error && (
        <Text size="sm" c="dimmed">
          {t("history.none")}
        </Text>
      )}
      <ProblemAlert error={list.error} />
      {(list.hasMore || list.error !== null) && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={list.isLoadingMore}
          onClick={list.error ? list.retry : list.loadMore}
        >
          {list.error ? t("retry") : t("history.more")}
        </Button>
      )}
    </>
  );
}

interface Props {
  event: NamedEvent;
  events: readonly NamedEvent[];
  invite: Invite;
}

function Happened({ event, events, invite }: Props) {
  const { t } = useTranslation("invites");
  const told = textOf(event);
  const delivery = deliveryOf(event, events, invite);
  const start = inviteIn(event, invite.id)?.access_start;
  const isBad =
    event.type === "invite.delivery_failed" || delivery === "bounced" || delivery === "complained";
  return (
    <li data-tone={isBad ? "failed" : undefined}>
      <div>
        <strong>{t(`history.of.${told}`, { type: event.type })}</strong>
        {event.type === "invite.start_changed" && (
          <>
            {" "}
            {start ? (
              <Trans t={t} i18nKey="history.toDate" components={{ date: <DateTime value={start} /> }} />
            ) : (
              t("history.toAcceptance")
            )}
          </>
        )}
        {delivery && ` · ${t(`delivery.${delivery}`)}`}
      </div>
      <Text size="xs" c="dimmed">
        <DateTime value={event.occurred_at} style="datetime" />
        {" · "}
        {event.actor === "system" ? t("history.system") : (event.actor_name ?? event.actor)}
      </Text>
    </li>
  );
}
