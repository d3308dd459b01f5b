import { Button, Skeleton, Stack, Switch, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { EmptyState } from "~/components/EmptyState";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { emailOf, GROUPS, mutedAfter, type Notice, type NoticeGroup, noticesIn } from "./notices";
import { noticesQuery } from "./queries";
import { SettingsPage, useIsOwn } from "./SettingsPage";
import classes from "./settings.module.css";

/** The notices that the manager gets by email, each of which they can switch off for themselves. */
export function NoticesScreen() {
  const isOwn = useIsOwn();
  return <SettingsPage part="notices">{isOwn ? <Loaded /> : <OfProvider />}</SettingsPage>;
}

/** In a client, a provider's managers have the notices that they chose at home. */
function OfProvider() {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  return (
    <EmptyState
      title={t("notices.elsewhereTitle")}
      text={t("notices.elsewhereText", { name: organization.name })}
    >
      {organization.provider && (
        <ButtonLink
          variant="default"
          to="/organizations/$organization/settings/notices"
          params={{ organization: organization.provider }}
        >
          {t("notices.elsewhereAction")}
        </ButtonLink>
      )}
    </EmptyState>
  );
}

function Loaded() {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  const notices = useQuery(noticesQuery(organization.id));
  if (notices.isPending) return <Skeleton height={420} radius={14} />;
  if (!notices.data) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={notices.error} />
        <Button variant="default" onClick={() => void notices.refetch()}>
          {t("retry")}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      <Text c="dimmed">{t("notices.lead", { name: organization.name })}</Text>
      {GROUPS.map((group) => (
        <Group key={group} group={group} muted={notices.data.muted} />
      ))}
    </Stack>
  );
}

interface GroupProps {
  group: NoticeGroup;
  muted: readonly Notice[];
}

function Group({ group, muted }: GroupProps) {
  const { t } = useTranslation("settings");
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {t(`notices.group.${group}`)}
      </Title>
      <div className={classes.notices}>
        {noticesIn(group).map((notice) => (
          <NoticeSwitch key={notice} notice={notice} isOn={!muted.includes(notice)} />
        ))}
      </div>
    </section>
  );
}

/** Switches one notice, and leaves the others as they are by then. */
function NoticeSwitch({ notice, isOn }: { notice: Notice; isOn: boolean }) {
  const { t } = useTranslation("settings");
  const organization = useOrganization();
  const client = useQueryClient();
  const query = noticesQuery(organization.id);
  const command = useCommand({
    run: async (on: boolean) => {
      const { muted } = await client.fetchQuery({ ...query, staleTime: 0 });
      return unwrap(
        api.PUT("/v1/organizations/{organization}/notices", {
          params: { path: { organization: organization.id } },
          body: { muted: mutedAfter(muted, notice, on) },
        }),
      );
    },
    // One after the other: each sends all that are off.
    scope: { id: `notices-${organization.id}` },
    onDone: (saved) => {
      client.setQueryData(query.queryKey, saved);
      toastDone(t("notices.saved"));
    },
  });
  return (
    <div className={classes.notice}>
      <Stack gap="xs">
        <Switch
          label={t(`notice.${notice}.label`)}
          description={t(`notice.${notice}.hint`)}
          checked={command.isPending ? command.variables : isOn}
          disabled={command.isPending}
          onChange={(event) => command.mutate(event.currentTarget.checked)}
        />
        <ProblemAlert error={command.error} />
      </Stack>
      <TextLink
        to="/organizations/$organization/settings/emails"
        params={{ organization: organization.id }}
        search={{ email: emailOf(notice) }}
        size="sm"
        aria-label={`${t("notices.preview")}: ${t(`notice.${notice}.label`)}`}
      >
        {t("notices.preview")}
      </TextLink>
    </div>
  );
}
