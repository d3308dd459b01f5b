import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Trans, useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { ProblemAlert } from "~/components/ProblemAlert";
import { StateBadge, type Tone } from "~/components/StateBadge";
import { useOrganization } from "~/shell/organization";
import classes from "./InviteScreen.module.css";
import { type Invite, learnerQuery } from "./queries";

const TONES: Partial<Record<Schema<"AccessState">, Tone>> = { active: "ok", scheduled: "waiting" };

/** What accepting the invite gave. */
export function InviteAccesses({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const learner = useQuery(learnerQuery(organization.id, invite.person));
  if (learner.isPending) return <Skeleton height={60} radius={8} />;
  if (learner.error && !learner.data) {
    const isGone = learner.error instanceof ApiProblem && learner.error.status === 404;
    return isGone ? <Nothing /> : <ProblemAlert error={learner.error} />;
  }
  const accesses = learner.data.accesses.filter((access) => access.invite === invite.id);
  if (accesses.length === 0) return <Nothing />;
  return (
    <ul className={classes.accesses}>
      {accesses.map((access) => (
        <li key={access.license}>
          <span>
            {access.product.name}
            <Text size="xs" c="dimmed">
              {access.starts_at && (
                <Trans
                  t={t}
                  i18nKey="one.period"
                  components={{
                    start: <DateTime value={access.starts_at} />,
                    end: <DateTime value={access.ends_at} end />,
                  }}
                />
              )}
            </Text>
          </span>
          <StateBadge tone={TONES[access.state] ?? "off"}>{t(`access.${access.state}`)}</StateBadge>
        </li>
      ))}
    </ul>
  );
}

function Nothing() {
  const { t } = useTranslation("invites");
  return (
    <Text size="sm" c="dimmed">
      {t("one.noAccesses")}
    </Text>
  );
}
