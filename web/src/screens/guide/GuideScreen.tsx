import { Skeleton, Text, Title } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { License } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { CopyButton } from "~/components/CopyButton";
import { DateTime } from "~/components/DateTime";
import { now } from "~/components/dates";
import { licensesQuery } from "~/components/licenses";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import classes from "./GuideScreen.module.css";
import { announcementQuery } from "./queries";
import { Ways } from "./Ways";

/** What a manager does first: look at the seats, invite people, and know what these will see. */
export function GuideScreen() {
  const { t } = useTranslation("guide");
  const organization = useOrganization();
  return (
    <Page
      title={t("title")}
      lead={t("lead", { organization: organization.name })}
      actions={
        <ButtonLink
          variant="default"
          to="/organizations/$organization/overview"
          params={{ organization: organization.id }}
        >
          {t("skip")}
        </ButtonLink>
      }
    >
      <ol className={classes.steps}>
        <Step title={t("seats.title")} text={t("seats.text")}>
          <Seats />
        </Step>
        <Step title={t("invite.title")} text={t("invite.text")}>
          <Inviting />
        </Step>
        <Step title={t("people.title")} text={t("people.text")}>
          <Ways />
          <Announcement />
        </Step>
      </ol>
    </Page>
  );
}

function Step({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const id = useId();
  return (
    <li className={classes.step} aria-labelledby={id}>
      <div className={classes.body}>
        <div>
          <Title order={2} size="h3" id={id}>
            {title}
          </Title>
          <Text c="dimmed" maw="44rem">
            {text}
          </Text>
        </div>
        {children}
      </div>
    </li>
  );
}

function Seats() {
  const { t } = useTranslation("guide");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  if (licenses.isPending) return <Skeleton height={64} radius={12} />;
  if (!licenses.data) return <ProblemAlert error={licenses.error} />;
  const valid = licenses.data.items.filter((one) => new Date(one.valid_until) > now());
  if (valid.length === 0) return <Text>{t("seats.none")}</Text>;
  return (
    <ul className={classes.seats}>
      {valid.map((license) => (
        <SeatsOf key={license.id} license={license} />
      ))}
    </ul>
  );
}

function SeatsOf({ license }: { license: License }) {
  const { t } = useTranslation("guide");
  return (
    <li>
      <strong>{license.seats.available}</strong>
      <div>
        <ScreenLink to={`licenses/${license.id}`} className={classes.product}>
          {license.product.name}
        </ScreenLink>
        <Text size="xs" c="dimmed">
          {t("seats.left", { count: license.seats.available })} · {t("seats.until")}{" "}
          <DateTime value={license.valid_until} end />
        </Text>
      </div>
    </li>
  );
}

function Inviting() {
  const { t } = useTranslation("guide");
  const organization = useOrganization();
  if (!organization.may("invite")) return <Text>{t("invite.limited")}</Text>;
  return (
    <div className={classes.actions}>
      <ButtonLink
        leftSection={<IconSend size={18} stroke={1.8} />}
        to="/organizations/$organization/invites/new"
        params={{ organization: organization.id }}
      >
        {t("invite.action")}
      </ButtonLink>
      <ScreenLink to="imports" className={classes.link}>
        {t("invite.imports")}
      </ScreenLink>
      <ScreenLink to="codes" className={classes.link}>
        {t("invite.codes")}
      </ScreenLink>
      <ScreenLink to="join-page" className={classes.link}>
        {t("invite.joinPage")}
      </ScreenLink>
    </div>
  );
}

/** A text to send before the invitations, so that they are expected. */
function Announcement() {
  const { t } = useTranslation("guide");
  const organization = useOrganization();
  const announcement = useQuery(announcementQuery(organization.id));
  if (!announcement.data) return null;
  const { subject, text } = announcement.data;
  return (
    <section className={classes.announcement} aria-label={t("announcement.title")}>
      <div className={classes.announcementHead}>
        <div>
          <Title order={3} size="h5">
            {t("announcement.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("announcement.text")}
          </Text>
        </div>
        <CopyButton value={`${subject}\n\n${text}`} label={t("announcement.copy")} />
      </div>
      <Text size="sm" fw={600}>
        {subject}
      </Text>
      <Text size="sm" className={classes.written}>
        {text}
      </Text>
    </section>
  );
}
