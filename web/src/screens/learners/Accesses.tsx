import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { License, Schema } from "~/api/types";
import { AccessBadge } from "~/components/AccessBadge";
import { DateTime } from "~/components/DateTime";
import { licensesQuery } from "~/components/licenses";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import classes from "./Accesses.module.css";
import { MoveStartDialog } from "./MoveStartDialog";
import { isMovable } from "./moving";
import { ReleaseDialog } from "./SupportDialogs";

/** What a learner has or will have: from when and until when, how it came, and what can be done about it. */
export function Accesses({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  if (learner.accesses.length === 0) return <Text c="dimmed">{t("accesses.none")}</Text>;
  return (
    <ul className={classes.list}>
      {learner.accesses.map((access) => (
        <li key={access.license}>
          <Entry
            access={access}
            learner={learner}
            license={licenses.data?.items.find((license) => license.id === access.license)}
          />
        </li>
      ))}
    </ul>
  );
}

interface EntryProps {
  access: Schema<"Access">;
  learner: Schema<"LearnerDetail">;
  license: License | undefined;
}

function Entry({ access, learner, license }: EntryProps) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"move" | "release" | null>(null);
  const close = () => setDialog(null);
  const mayMove = organization.may("invite") && license !== undefined && isMovable(access, license);
  const held = access.state === "scheduled" || access.state === "active";
  const mayRelease = organization.may("file_requests") && held;
  return (
    <article className={classes.access} aria-label={access.product.name}>
      <div className={classes.head}>
        <ScreenLink to={`licenses/${access.license}`} className={classes.name}>
          {access.product.name}
        </ScreenLink>
        <AccessBadge state={access.state} />
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>{t("accesses.starts")}</dt>
          <dd>{access.starts_at ? <DateTime value={access.starts_at} /> : t("accesses.onAcceptance")}</dd>
        </div>
        <div>
          <dt>{t("accesses.ends")}</dt>
          <dd>
            <DateTime value={access.ends_at} end />
          </dd>
        </div>
        {access.method && (
          <div>
            <dt>{t("accesses.method")}</dt>
            <dd>{t(`method.${access.method}`)}</dd>
          </div>
        )}
      </dl>
      {(mayMove || mayRelease) && (
        <Group gap="xs">
          {mayMove && (
            <Button variant="default" size="xs" onClick={() => setDialog("move")}>
              {t("move.action")}
            </Button>
          )}
          {mayRelease && (
            <Button variant="default" size="xs" onClick={() => setDialog("release")}>
              {t("release.action")}
            </Button>
          )}
        </Group>
      )}
      {mayMove && (
        <MoveStartDialog access={access} license={license} opened={dialog === "move"} onClose={close} />
      )}
      {mayRelease && (
        <ReleaseDialog access={access} learner={learner} opened={dialog === "release"} onClose={close} />
      )}
    </article>
  );
}
