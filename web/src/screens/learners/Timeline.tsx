import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import type { NamedEvent } from "~/components/actors";
import { DateTime } from "~/components/DateTime";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { factsOf } from "./history";
import { useLearnerEvents } from "./queries";
import classes from "./Timeline.module.css";

/** What happened to a learner, newest first, from the event log. */
export function Timeline({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const events = useLearnerEvents(organization.id, learner.id);
  if (events.isPending) return <Skeleton height={120} radius={8} />;
  return (
    <>
      {events.rows.length > 0 && (
        <ol className={classes.list}>
          {events.rows.map((event) => (
            <Entry key={event.id} event={event} learner={learner} />
          ))}
        </ol>
      )}
      {events.rows.length === 0 && !events.error && !events.hasMore && (
        <Text c="dimmed">{t("timeline.none")}</Text>
      )}
      {Boolean(events.error) && (
        <Stack align="flex-start">
          <ProblemAlert error={events.error} />
          <Button variant="default" size="xs" onClick={events.retry}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {events.hasMore && !events.error && (
        <Button
          variant="default"
          size="xs"
          className={classes.more}
          loading={events.isLoadingMore}
          onClick={events.loadMore}
        >
          {t("timeline.more")}
        </Button>
      )}
    </>
  );
}

function Entry({ event, learner }: { event: NamedEvent; learner: Schema<"LearnerDetail"> }) {
  const { t, i18n } = useTranslation("learners");
  const { about, startsAt } = factsOf(event, learner.email);
  const [subject = "", verb = ""] = event.type.split(".");
  const known = i18n.exists(`learners:event.${subject}.${verb}`);
  const by =
    event.actor === "system" || event.actor === learner.email ? null : (event.actor_name ?? event.actor);
  return (
    <li>
      <div className={classes.what}>
        {/* Types are added over time. */}
        <strong>{known ? t(`event.${subject}.${verb}`) : event.type}</strong>
        {about.length > 0 && <span> · {about.join(", ")}</span>}
      </div>
      <div className={classes.when}>
        <DateTime value={event.occurred_at} style="datetime" />
        {by && <span> · {t("timeline.by", { actor: by })}</span>}
        {startsAt && (
          <span>
            {" · "}
            {t("timeline.starts")} <DateTime value={startsAt} />
          </span>
        )}
      </div>
    </li>
  );
}
